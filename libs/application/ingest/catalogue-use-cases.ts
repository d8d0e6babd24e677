/** The use cases that change the catalogue: event types and fates, singly, and all of it as a file. */
import { failed } from '#contracts';
import { decideEventTypes, decideFates, findEventType, findFate, parseFateReference, parseTypeName } from '#domain';
import { asSeen, changeCatalogue } from './catalogue-commands.js';
import { foreseeCatalogue, replaceCatalogue } from './catalogue-file.js';
import {
  fateMove,
  foreseeMove,
  moveInCatalogue,
  typeMove,
  unknownType,
  type CatalogueMover,
} from './catalogue-moves.js';
import { singleRequest, type IngestRequest } from './deciding/request.js';
import type { CatalogueUseCases } from './ingest.js';
import { problemOfRefusals } from './problems.js';
import { catalogueFileAnswers, eventTypeAnswers, fateAnswers } from './requests/catalogue-answers.js';
import type { Working } from './requests/working.js';

export function catalogueUseCases(catalogue: CatalogueMover, { answered, command, once }: Working): CatalogueUseCases {
  const { timeline, newId, now } = catalogue;
  return {
    defineEventTypes(definitions, caller) {
      const command = { kind: 'DefineEventTypes', definitions, by: caller.principal, now: now() } as const;
      const work = (request: IngestRequest) =>
        changeCatalogue(catalogue, request, caller, (state) => decideEventTypes(command, state));
      return once(caller, ['event-types'], definitions, work, eventTypeAnswers(timeline));
    },
    amendEventType: (text, amendment, caller, unchanged) =>
      command(async () => {
        const name = parseTypeName(text);
        if (name === undefined) return failed(problemOfRefusals([unknownType(text)]));
        const amended = { kind: 'AmendEventType', name, ...amendment, by: caller.principal, now: now() } as const;
        return changeCatalogue(
          catalogue,
          singleRequest(newId()),
          caller,
          (state) => decideEventTypes(amended, state),
          asSeen(`the event type ${name}`, (state) => findEventType(state, name), unchanged),
        );
      }),
    moveEventType: (text, move, caller, unchanged) => {
      const asked = typeMove(catalogue, text, move, caller, unchanged);
      if (!asked.ok) return answered(() => Promise.resolve(asked));
      return once(
        ...([caller, ['event-type', move, text], {}] as const),
        (request) => moveInCatalogue(catalogue, asked.value, caller, request),
        eventTypeAnswers(timeline),
      );
    },
    foreseeEventTypeMove: (text, move, caller, unchanged) =>
      answered(async () => {
        const asked = typeMove(catalogue, text, move, caller, unchanged);
        return asked.ok ? foreseeMove(catalogue, asked.value, caller) : asked;
      }),
    defineFates(definitions, caller) {
      const command = { kind: 'DefineFates', definitions, by: caller.principal, now: now() } as const;
      const work = (request: IngestRequest) =>
        changeCatalogue(catalogue, request, caller, (state) => decideFates(command, state));
      return once(caller, ['fates'], definitions, work, fateAnswers(timeline));
    },
    amendFate: (text, amendment, caller, unchanged) =>
      command(() => {
        const fate = parseFateReference(text);
        const amended = { kind: 'AmendFate', fate, ...amendment, by: caller.principal, now: now() } as const;
        return changeCatalogue(
          catalogue,
          singleRequest(newId()),
          caller,
          (state) => decideFates(amended, state),
          asSeen(`the fate ${fate}`, (state) => findFate(state, fate), unchanged),
        );
      }),
    moveFate: (text, move, caller, unchanged) =>
      once(
        ...([caller, ['fate', move, text], {}] as const),
        (request) => moveInCatalogue(catalogue, fateMove(catalogue, text, move, caller, unchanged), caller, request),
        fateAnswers(timeline),
      ),
    foreseeFateMove: (text, move, caller, unchanged) =>
      answered(() => foreseeMove(catalogue, fateMove(catalogue, text, move, caller, unchanged), caller)),
    replaceCatalogue: (wanted, caller, unchanged) =>
      once(
        ...([caller, ['catalogue'], wanted] as const),
        (request) => replaceCatalogue(catalogue, wanted, caller, request, unchanged),
        catalogueFileAnswers(timeline),
      ),
    foreseeCatalogue: (wanted, caller, unchanged) =>
      answered(() => foreseeCatalogue(catalogue, wanted, caller, unchanged)),
  };
}
