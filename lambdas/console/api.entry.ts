import { dynamodbClient } from '../adapters/clients.ts';
import { dynamoProfileReader } from '../adapters/profile-store.ts';
import type { HttpEvent } from '../runtime/http.ts';
import { api } from './api.handler.ts';
import { apiSettings } from './api.settings.ts';

const { profilesTable } = apiSettings.read(process.env);
const dependencies = { profiles: dynamoProfileReader(dynamodbClient(), profilesTable) };

export const handler = (event: HttpEvent) => api(dependencies, event);
