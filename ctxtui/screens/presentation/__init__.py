"""What the screens show, as plain text with tones: pure, and without Textual."""
