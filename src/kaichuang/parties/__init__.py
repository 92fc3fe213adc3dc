"""People, teams and organisations, their roles and relations."""
