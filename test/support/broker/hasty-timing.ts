// Loaded before a stage that is to be tried: what a client waits for is as short as the test broker
// allows, so that a fault is over in seconds. Nothing else of the stage is touched.
import { kafkaTimingDefault } from '../../../src/kafka/settings.ts';
import { hastyTiming } from './hasty-timing-values.ts';

Object.assign(kafkaTimingDefault, hastyTiming);
