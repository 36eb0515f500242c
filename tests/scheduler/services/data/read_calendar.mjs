// node read_calendar.mjs MODULES < calendar.ics: its events as JSON, as ical.js reads them
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { default: ICAL } = await import(
  pathToFileURL(`${process.argv[2]}/ical.js/dist/ical.js`).href
);
ICAL.design.strict = true;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) {
  ICAL.TimezoneService.register(zone);
}
const moment = (time) =>
  time.isDate ? time.toString() : time.toJSDate().toISOString();
const found = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    status: component.getFirstPropertyValue("status"),
    sequence: event.sequence,
    start: moment(event.startDate),
    end: moment(event.endDate),
    summary: event.summary,
    description: event.description ?? "",
    location: event.location ?? "",
  };
});
process.stdout.write(JSON.stringify(found));
