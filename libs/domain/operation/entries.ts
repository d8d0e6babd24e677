/** Entries of a stream `operation-<id>`: a command on many labors or hosts, which these are, and how far it was carried out. These names are the storage format. */
import type { JsonObject } from '../host/entries.js';
import type { HostCommand, LaborCommand } from '../host/decide.js';
import type { Instant } from '../names.js';

/** What is done to each. */
export type BulkCommand = LaborCommand | HostCommand;

interface OfOperation {
  readonly recordedAt: Instant;
  readonly by: string | null;
  /** Whose token wrote it, as its envelope says; absent without one, and in an entry that is being decided. */
  readonly principal?: string;
}

/** The first entry. Nothing is decided by it: the search goes on. */
export interface OperationDrafted extends OfOperation {
  readonly kind: 'OperationDrafted';
  readonly command: BulkCommand;
  /** The filter as the client wrote it; null where it is too long to be kept. */
  readonly where: JsonObject | null;
}

/** Some of the labors or hosts that the filter has found. They count for nothing until they are accepted. */
export interface OperationListed extends OfOperation {
  readonly kind: 'OperationListed';
  /** From 1: the listing's revision, too. */
  readonly nth: number;
  readonly ids: readonly string[];
  /** How many were found, these among them. */
  readonly found: number;
  /** Where the search goes on behind the last listing of the same write. */
  readonly after: readonly string[];
}

/** The decision: all that is listed by then must be commanded, and nothing else. */
export interface OperationAccepted extends OfOperation {
  readonly kind: 'OperationAccepted';
  readonly listings: number;
  readonly found: number;
}

/** Of a listing, one that was not commanded: the nth of it, from 0, and why not. */
export interface Refused {
  readonly nth: number;
  readonly code: string;
}

export interface RefusedCount {
  readonly code: string;
  readonly count: number;
}

/** A listing is done with; the nth of these entries is that of the nth listing. */
export interface OperationAdvanced extends OfOperation {
  readonly kind: 'OperationAdvanced';
  readonly nth: number;
  /** One from which on reads show it, as text; null where nothing of the listing was to be done. */
  readonly position: string | null;
  readonly refused: readonly Refused[];
  /** Of all listings so far. */
  readonly done: number;
  readonly refusedInAll: readonly RefusedCount[];
}

/**
 * Of the listings that are not done with, only the next is carried out any more: it may have been begun. Nothing comes behind it but
 * what became of that one.
 */
export interface OperationCancelled extends OfOperation {
  readonly kind: 'OperationCancelled';
  readonly reason: string;
  /** Listings that were done with by then. */
  readonly advanced: number;
}

export type OperationEntry =
  OperationDrafted | OperationListed | OperationAccepted | OperationAdvanced | OperationCancelled;
