"""What a party is entitled to, and what a change of policy would cost: calculator and simulator."""
