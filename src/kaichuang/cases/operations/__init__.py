"""One verb a file. Import from the file itself: consequences of moves are operations too, and import each other."""
