/** Colours that can be read, whatever a brand's own colour is. All are `#rrggbb`. */
export interface ButtonColors {
  readonly background: string;
  readonly text: string;
}

const OURS = '#1f4fbf';

/** A button in the brand's colour, its words in black or in white: one of the two is always four and a half times as bright or dark. */
export function buttonColors(primary = OURS): ButtonColors {
  const background = primary.toLowerCase();
  return {
    background,
    text: contrast(background, '#ffffff') >= contrast(background, '#000000') ? '#ffffff' : '#000000',
  };
}

/** As WCAG has it: from 1 (the same) to 21 (black on white). */
function contrast(a: string, b: string): number {
  const [darker = 0, brighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (brighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
