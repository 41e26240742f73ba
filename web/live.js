// Shared by all tabs of a browser: one stream from the server, passed on to each of them.
// Evergreen: what it knows is kept, so that a new tab hears at once what changed before it came.
const ports = [];
const known = { chapters: {}, mine: {} };
const FIRST = 2000, LONGEST = 60000;
let stream = null;
let wait = FIRST;
let timer = 0;

const say = (message) => { for (const port of ports) port.postMessage(message); };

const listen = () => {
  clearTimeout(timer);
  if (stream && stream.readyState !== EventSource.CLOSED) return;
  stream = new EventSource('/events');
  stream.addEventListener('open', () => { wait = FIRST; });
  stream.addEventListener('changed', (event) => {
    const told = JSON.parse(event.data);
    Object.assign(known.chapters, told.chapters);
    Object.assign(known.mine, told.mine);
    say(told);
  });
  stream.addEventListener('ended', () => {
    stream.close();
    known.mine = {};
    say({ ended: true });
    again();
  });
  stream.addEventListener('error', () => {
    if (stream.readyState === EventSource.CLOSED) again();
  });
};

// refused (nobody is signed in) or cut off: try again, ever more seldom
const again = () => {
  clearTimeout(timer);
  timer = setTimeout(listen, wait);
  wait = Math.min(wait * 2, LONGEST);
};

onconnect = (event) => {
  const port = event.ports[0];
  ports.push(port);
  port.onmessage = ({ data }) => {
    if (data === 'here') {
      if (!ports.includes(port)) ports.push(port);
      wait = FIRST;
      listen();
    }
    if (data === 'gone' && ports.includes(port)) {
      ports.splice(ports.indexOf(port), 1);
      if (!ports.length && stream) { stream.close(); stream = null; }
    }
  };
  port.postMessage(known);
  listen();
};
