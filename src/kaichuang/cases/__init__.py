"""Cases: what is asked and decided; matters, workflow tables, applications, decisions (S00)."""
