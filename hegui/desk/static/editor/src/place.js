// Where in a YAML file the cursor stands: the keys above it by indentation, and whether a key or a value is being written.

const KEY = /^(\s*(?:- +)*)("[^"]*"|'[^']*'|[^\s#:{}[\],"'-][^:#{}[\],]*?)\s*:(?:\s|$)/;

// {path: keys from the top, value: the key whose value is written or null, from: where the word begins in the line}
export function placeOf(lines, number, column) {
  const before = lines[number].slice(0, column);
  const flow = inFlow(before);
  if (flow !== null) return ofFlow(lines, number, before, flow);
  const found = KEY.exec(before);
  if (found) {
    const path = above(lines, number, found[1].length);
    return { path: [...path, plain(found[2])], value: plain(found[2]), from: wordStart(before, found[0].length) };
  }
  const head = /^\s*(?:- +)*/.exec(before)[0];
  return { path: above(lines, number, head.length), value: null, from: head.length };
}

function ofFlow(lines, number, before, flow) {
  const holder = before.slice(0, flow.brace);
  const found = KEY.exec(holder);
  const column = /^\s*(?:- +)*/.exec(holder)[0].length;
  const path = above(lines, number, found ? found[1].length : column);
  const outer = found ? [...path, plain(found[2])] : path;
  const part = before.slice(flow.begin);
  const pair = /^\s*([^:]+?)\s*:\s/.exec(part);
  if (pair) return { path: [...outer, plain(pair[1])], value: plain(pair[1]), from: wordStart(before, flow.begin + pair[0].length) };
  return { path: outer, value: null, from: flow.begin + /^\s*/.exec(part)[0].length };
}

// The innermost open brace of a line and where the present entry begins; null outside braces.
function inFlow(before) {
  const open = [];
  let quote = "";
  for (let place = 0; place < before.length; place++) {
    const sign = before[place];
    if (quote) { if (sign === quote) quote = ""; continue; }
    if (sign === '"' || sign === "'") quote = sign;
    else if (sign === "#" && (place === 0 || /\s/.test(before[place - 1]))) break;
    else if (sign === "{") open.push({ brace: place, begin: place + 1 });
    else if (sign === "}") open.pop();
    else if (sign === "," && open.length) open[open.length - 1].begin = place + 1;
  }
  return open.length ? open[open.length - 1] : null;
}

// Keys that hold a line whose own key begins in a column.
function above(lines, number, column) {
  const path = [];
  let limit = column;
  let dash = dashOf(lines[number], column);
  for (let at = number - 1; at >= 0 && (limit > 0 || dash !== null); at--) {
    const line = lines[at];
    if (!line.trim() || line.trim().startsWith("#")) continue;
    const found = KEY.exec(line);
    const start = found ? found[1].length : /^\s*/.exec(line)[0].length;
    const bare = found && !/-/.test(found[1]);
    if (found && dash !== null && (start < dash || (bare && start === dash))) {
      path.unshift(plain(found[2]));
      [limit, dash] = [start, dashOf(line, start)];
    } else if (dash === null && start === limit) {
      dash = dashOf(line, limit);
    } else if (found && dash === null && start < limit) {
      path.unshift(plain(found[2]));
      [limit, dash] = [start, dashOf(line, start)];
    }
  }
  return path;
}

// The column of the first dash before a key; null where there is none.
function dashOf(line, column) {
  const place = line.slice(0, column).indexOf("-");
  return place < 0 ? null : place;
}

function wordStart(before, least) {
  const found = /[\p{L}\p{N}_“”‘’·.()-]*$/u.exec(before);
  return Math.max(least, found.index);
}

const plain = (key) => key.replace(/^["']|["']$/g, "");
