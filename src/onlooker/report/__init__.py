"""What people read: the page and the terminal's list. Everything that a log could smuggle in is shown harmless."""
