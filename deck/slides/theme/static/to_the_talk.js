// A page to read without script. A browser that runs scripts goes on to the same slide of the talk.
location.replace(document.currentScript.dataset.talk + location.hash.replace(/^#(?=.)/, "#/"));
