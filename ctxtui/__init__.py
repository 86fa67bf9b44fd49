"""ctxtui: context testing sessions in the terminal."""
