"""公示 as an object: a list is shown for N working days, anybody may object, contested lines stop, the rest goes on."""
