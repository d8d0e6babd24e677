/** A labor as it is answered with what would advance it, and why it is open or closed (rule 16). */
import { presentClosing, presentLabor, presentOpening, type LaborDetail, type LaborWhy } from '#application';
import { presentFate, presentNext, type LaborDetailBody, type LaborWhyBody } from '#contracts';

export function presentLaborDetail(detail: LaborDetail): LaborDetailBody {
  return { ...presentLabor(detail), next: detail.next.map(presentNext) };
}

export function presentWhy(why: LaborWhy): LaborWhyBody {
  return {
    labor: why.labor,
    state: why.state,
    opened: presentOpening(why.opened),
    openingFate: why.openingFate === null ? null : presentFate(why.openingFate),
    closed: presentClosing(why.closed),
    closingFate: why.closingFate === null ? null : presentFate(why.closingFate),
    ...(why.parked ? { parked: true } : {}),
    ...(why.incomplete === true ? { incomplete: true } : {}),
    completedBy: why.completedBy.map(({ type, fates }) => ({ type, fates })),
  };
}
