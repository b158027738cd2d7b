// Light, dark, or as the system is: a button in every page. The choice holds for all pages of a studio, and for a file as long as it is open.

const LOOKS = { system: ["◐", "as the system is"], light: ["☀", "light"], dark: ["☾", "dark"] };
const LOOK = "graphagent look";

/** The rules for dark systems; a choice lets them hold everywhere, or nowhere. */
const darkRules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
  .filter((rule) => rule instanceof CSSMediaRule && rule.conditionText.includes("prefers-color-scheme"));

function kept() {
  try { return localStorage.getItem(LOOK); } catch { return null; }  // a file may have no place to keep it
}

function lookLike(look) {
  const media = { light: "not all", dark: "all" }[look] ?? "(prefers-color-scheme: dark)";
  for (const rule of darkRules) rule.media.mediaText = media;
  document.documentElement.style.colorScheme = look === "system" ? "" : look;
  document.documentElement.dataset.look = look;
}

/** The button that goes from one look to the next. */
function looks() {
  const name = () => document.documentElement.dataset.look;
  const label = (button) => {
    const [sign, words] = LOOKS[name()];
    button.textContent = sign;
    button.title = `Colours: ${words}`;
    button.setAttribute("aria-label", button.title);
  };
  const button = make("button", { type: "button", class: "look", onclick: () => {
    const all = Object.keys(LOOKS);
    lookLike(all[(all.indexOf(name()) + 1) % all.length]);
    try { localStorage.setItem(LOOK, name()); } catch { /* it is remembered for this page only */ }
    label(button);
  } });
  label(button);
  return button;
}

lookLike(Object.hasOwn(LOOKS, kept() ?? "") ? kept() : "system");
