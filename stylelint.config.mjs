// Mistakes, not manners: properties, values and selectors that do nothing, rules that say a thing
// twice, custom properties that nobody declares.
export default {
  extends: "stylelint-config-recommended",
  plugins: ["stylelint-value-no-unknown-custom-properties"],
  rules: {
    // Styles are ordered by what they are about; the selectors it compares meet in no page.
    "no-descending-specificity": null,
    "csstools/value-no-unknown-custom-properties": [true, { importFrom: ["static/portal/pages/tokens.css"] }],
  },
};
