/** The element with an id, which the page must have. @throws TypeError */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new TypeError(`the page has no ${type.name} #${id}`);
}

/** The first element below another that a selector finds. @throws TypeError */
export function within<T extends HTMLElement>(parent: ParentNode, selector: string, type: new () => T): T {
  const element = parent.querySelector(selector);
  if (element instanceof type) return element;
  throw new TypeError(`there is no ${type.name} ${selector}`);
}
