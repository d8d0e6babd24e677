/** Event types and fates as every app answers them: field by field, so that what the domain adds is not shown by chance. */
import type { EventType, Fate } from '#domain';

export function presentEventType(type: EventType): object {
  const { id, category, state, name, description, restricted, status } = type;
  return { id, category, state, name, description, restricted, status };
}

export function presentFate(fate: Fate): object {
  const { id, creates, completedBy, intermediate, follows, onRepeat, name, description, actors, status } = fate;
  return { id, creates, completedBy, intermediate, follows, onRepeat, name, description, actors, status };
}
