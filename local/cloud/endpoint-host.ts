/** The host that functions know the services under. Nothing listens there: calls travel by message. */
export const ENDPOINT_HOST = 'aws.localhost';
