/** Views in a MongoDB database: `openMongoViews`. */
export { openMongoViews, type MongoViewsOptions } from './open.js';
