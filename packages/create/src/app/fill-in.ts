/** A text with its places, `{{name}}`, filled in. @throws TypeError for a place that has no value */
export function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{([a-z]+)\}\}/g, (_place, name: string) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`no value for {{${name}}}`);
    return value;
  });
}
