"use strict";
document.getElementById("wrong").hidden = !JSON.parse(document.getElementById("data").textContent).wrong;
