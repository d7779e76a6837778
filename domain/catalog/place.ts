import { z } from 'zod';
import { WEEKDAYS } from '../wall-clock.ts';
import { descriptionSchema, keySchema, nameSchema, timeOfDaySchema, zoneNameSchema } from './fields.ts';

/** Where something is; longitude first, as in GeoJSON. The poles are left out: no fence can be drawn around one. */
const pointSchema = z.tuple([z.number().min(-180).max(180), z.number().min(-85).max(85)]);

/** Amazon Location takes 1,000 corners in a polygon. */
const MOST_CORNERS = 1_000;

const ring = z
  .array(pointSchema)
  .min(4, 'a ring has at least three corners, and ends where it begins')
  .max(MOST_CORNERS + 1)
  .refine((points) => {
    const [first, last] = [points[0], points.at(-1)];
    return first?.[0] === last?.[0] && first?.[1] === last?.[1];
  }, 'a ring ends where it begins');
/** The outline, and then the holes in it. */
const polygon = z.array(ring).min(1).max(20);

const hours = z
  .tuple([timeOfDaySchema, timeOfDaySchema])
  .refine(([from, to]) => from < to, 'opens before it closes; what goes over midnight is written on both days');

const beacon = z.strictObject({
  /** An iBeacon's UUID with major and minor, or an Eddystone's namespace and instance. */
  id: z
    .string()
    .regex(/^[\da-f-]{8,64}(?:\/[\da-f]{1,12}){0,2}$/i, 'write a beacon as UUID/major/minor or namespace/instance'),
  name: nameSchema.optional(),
});

/** Somewhere people can be: a fence, beacons, or both. */
export const placeSchema = z
  .strictObject({
    name: nameSchema,
    description: descriptionSchema.optional(),
    fence: z
      .union([
        z.strictObject({
          circle: z.strictObject({ center: pointSchema, radiusMeters: z.number().min(1).max(100_000) }),
        }),
        z.strictObject({ polygon }),
        z.strictObject({ multiPolygon: z.array(polygon).min(1).max(50) }),
      ])
      .optional(),
    beacons: z.array(beacon).min(1).max(100).optional(),
    /** “All stores in Berlin”: what conditions and triggers can name instead of each place. */
    groups: z.array(keySchema).max(20).optional(),
    /** For templates: {{ place.street }}. */
    properties: z.record(z.string().min(1).max(40), z.union([z.string().max(500), z.number(), z.boolean()])).optional(),
    openingHours: z.partialRecord(z.enum(WEEKDAYS), z.array(hours).max(4)).optional(),
    /** Of its clock; the project's if left out. */
    zone: zoneNameSchema.optional(),
  })
  .refine(({ fence, beacons }) => fence !== undefined || beacons !== undefined, 'say where it is: a fence, or beacons')
  .meta({ id: 'Place', description: 'Somewhere people can be' });
export type PlaceBody = z.infer<typeof placeSchema>;
