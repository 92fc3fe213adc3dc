"""Django database backend: PostgreSQL on the embedded server, started when first needed."""
