/** As much of the global as is used here: the types of Node leave it out. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number; maximum: number }) => WasmMemory;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: Record<string, Record<string, unknown>>,
  ) => { readonly exports: object };
};

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** Code, to be made instances of. */
export type WasmModule = object;

export const WASM_PAGE = 65_536;
export const WASM_PAGES_MAX = 65_536;

/** Memory of so many pages of `WASM_PAGE` bytes, zeros; it takes real memory only as it is written to. */
export function createWasmMemory(pages: number): WasmMemory {
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

/** @throws SyntaxError if the text is no module in base64 */
export function compileWasm(base64: string): WasmModule {
  return new WebAssembly.Module(Buffer.from(base64, 'base64'));
}

/** What the module exports, over that memory. */
export function instantiateWasm(module: WasmModule, memory: WasmMemory): object {
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}
