"""Administrative divisions and the programmes that places run."""
