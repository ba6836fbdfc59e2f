// Draws a picture of a product, without a network: the shape of its type in its own colours.

const SHAPES: Record<string, string> = {
  tin: `<rect x="120" y="130" width="160" height="190" rx="14" fill="F"/><rect x="112" y="104" width="176" height="40" rx="12" fill="D"/><rect x="138" y="190" width="124" height="76" rx="6" fill="L"/><path d="M200 204c26 8 26 36 0 48c-26-12-26-40 0-48z" fill="D"/>`,
  bag: `<path d="M128 110h144l16 210H112z" fill="F"/><path d="M128 110l12-26h120l12 26z" fill="D"/><circle cx="200" cy="214" r="46" fill="L"/><path d="M186 186c-26 20-8 56 14 54c22-4 36-36 10-56c0 20-14 30-16 50" fill="none" stroke="D" stroke-width="7"/>`,
  cup: `<path d="M110 170h160v70a60 60 0 0 1-60 60h-40a60 60 0 0 1-60-60z" fill="F"/><path d="M270 186h20a34 34 0 0 1 0 68h-22" fill="none" stroke="D" stroke-width="16"/><path d="M160 140q-14-22 0-44t0-40M216 140q-14-22 0-44t0-40" fill="none" stroke="D" stroke-width="8"/><rect x="96" y="308" width="188" height="14" rx="7" fill="D"/>`,
  pot: `<ellipse cx="196" cy="220" rx="92" ry="76" fill="F"/><path d="M284 200q52-40 60 0q2 54-64 56" fill="none" stroke="D" stroke-width="14"/><path d="M112 196q-40-4-54-54l22-6q14 34 48 30z" fill="F"/><rect x="150" y="136" width="92" height="16" rx="8" fill="D"/><circle cx="196" cy="124" r="12" fill="D"/>`,
  box: `<rect x="100" y="150" width="200" height="160" rx="8" fill="F"/><rect x="92" y="130" width="216" height="44" rx="8" fill="D"/><rect x="186" y="130" width="28" height="180" fill="L"/><path d="M200 130c-60-10-60-62-14-58c14 2 14 40 14 58c0-18 0-56 14-58c46-4 46 48-14 58z" fill="L"/>`,
};

const KINDS: Record<string, string> = { Coffee: "bag", Chai: "cup", Equipment: "pot", Gift: "box" };

export function drawPicture(type: string, number: number): string {
  const hue = (number * 47 + 20) % 360;
  const colours: Record<string, string> = {
    F: `hsl(${hue} 45% 46%)`,
    D: `hsl(${hue} 50% 28%)`,
    L: `hsl(${hue} 60% 90%)`,
  };
  const shape = (SHAPES[KINDS[type] ?? "tin"] ?? "").replace(/"([FDL])"/g, (_all, key) => `"${colours[key]}"`);
  const back = `<rect width="400" height="400" fill="hsl(${hue} 40% 96%)"/>`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="800" height="800">${back}${shape}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
