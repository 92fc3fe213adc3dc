// Runs before the page is drawn, so that what needs scripts does not flicker.
document.documentElement.classList.replace("no-js", "js");
