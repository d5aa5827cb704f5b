// Does this llama.cpp have the interface that Interlock is written against? llama.h carries no version macro and its
// interface moves fast, so scripts/setup-llama compiles, links and runs this: each line uses something that older or
// newer releases name differently. Prints the version that the library reports.
#include <stdio.h>

#include "ggml-backend.h"
#include "llama.h"

int main(void) {
    struct llama_model_params model = llama_model_default_params();
    enum llama_load_mode mode = LLAMA_LOAD_MODE_MMAP_MLOCK;
    model.load_mode = mode;

    struct llama_context_params context = llama_context_default_params();
    context.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    context.kv_unified = true;

    int32_t (*set)(struct llama_context *, struct llama_adapter_lora **, size_t, float *) = llama_set_adapters_lora;
    bool (*remove)(llama_memory_t, llama_seq_id, llama_pos, llama_pos) = llama_memory_seq_rm;
    struct llama_model *(*split)(const char **, size_t, struct llama_model_params) = llama_model_load_from_splits;

    llama_backend_init();
    printf("%s, %zu device(s)\n", llama_version(), ggml_backend_dev_count());
    llama_backend_free();
    return set == NULL || remove == NULL || split == NULL || model.load_mode != mode || !context.kv_unified;
}
