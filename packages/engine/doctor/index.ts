/** The door of the doctor. */
export { type Diagnosis, SEVERITIES, type Severity, type Untold } from './diagnosis.ts'
export { doctorQuestion, type Examination, examine, furtherQuestion } from './doctor.ts'
export { plainFleet } from './seen-fleet.ts'
