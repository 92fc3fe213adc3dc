"""Report forms as data: what a pack declares, and what follows from it. Without Django and without a database."""
