"""Policy documents, their clauses, and what people ask about them."""
