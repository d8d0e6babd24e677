/** Which paths are served, and with which methods: so that a known path with another method is 405 and says what it takes. */
export class RouteTable {
  private readonly routes: { readonly segments: readonly string[]; readonly method: string }[] = [];

  /** `url` in the router's notation: `/quests/:id/hosts`. */
  add(method: string, url: string): void {
    this.routes.push({ segments: url.split('/'), method: method.toUpperCase() });
  }

  /** The methods that a request path takes, sorted: OPTIONS wherever there is another; none where nothing is served there. */
  methodsOf(path: string): readonly string[] {
    const segments = path.split('/');
    const methods = this.routes.filter((route) => matches(route.segments, segments)).map(({ method }) => method);
    return methods.length === 0 ? [] : [...new Set([...methods, 'OPTIONS'])].sort();
  }
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, index) => (part.startsWith(':') ? segments[index] !== '' : part === segments[index]))
  );
}
