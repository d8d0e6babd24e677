/** For work that nobody waits for, such as embarking in the background: it gives way to requests. */
import { StoreUnavailable } from '#ports';

/** The appender has no room: requests go first. */
export class NoRoom extends StoreUnavailable {}
