"""The sheet on which a note is typed before something is asked."""
