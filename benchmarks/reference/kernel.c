/* The engine's contract once more, in C, written apart from the package.
 *
 * It reads the same flat arrays (simcare/engine/arrays.py) and keeps the numerical contract at
 * the top of simcare/engine/family.py, so its events must equal those of the other engines to
 * the last bit; and it is the yardstick of their speed. Build with -ffp-contract=off, or sums
 * and products are fused and rounded otherwise. WORDS is the number of 64-bit words that hold
 * one bit for each clock.
 *
 * Without limited places families are run one after another, so that one life stays in cache.
 * With them, a heap holds each family's next week; see "Places" below.
 */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#ifndef WORDS
#define WORDS 4
#endif

typedef int64_t i64;
typedef uint64_t u64;

enum { EXPONENTIAL, WEIBULL, PIECEWISE, FIXED, SINCE };
enum { BY_LEVEL, BY_REGISTER, BY_COUNT };
enum { T_REGISTER, T_SINCE, T_WEEKS_IN, T_CHILDREN, T_WEEK, T_LEVEL };
enum { E_MOVE, E_MOVE_EACH, E_MOVE_FIRST, E_ADD, E_PUT, E_STAMP };
enum { FIRED, MOVED, GRANTED };
enum { DURATION, CHOICE };
enum { DONE = 1, MORE = 0, CIRCLE = -1, TOO_SMALL = -2 };

#define SAME_WEEK 1e-6
#define MOST_AT_ONCE 10000
#define GOLDEN 0x9E3779B97F4A7C15ull
#define COLUMNS 7
#define WAITING_MOST 256
#define RESOURCES_MOST 32
#define HOT static inline __attribute__((always_inline))

/* --- What the caller hands over: simcare.engine.arrays.Arrays, field by field --- */

typedef struct {
    i64 slots, family_regions, child_regions, family_registers, child_registers;
    i64 clocks, regions, registers, levels, resources;
    const i64 *region_base, *region_start_level, *reset_start, *reset_register;
    const i64 *queue_resource, *queue_then, *queue_by;
    const double *queue_priority;
    const i64 *hold;
    const double *register_start;
    const i64 *clock_base, *clock_region, *clock_mask;
    const u64 *clock_key;
    const i64 *clock_repeats, *hazard_kind;
    const double *hazard_a, *hazard_b;
    const i64 *hazard_register, *piece_start;
    const double *piece_end, *piece_rate;
    const i64 *factor_start, *factor_kind, *factor_index, *factor_mask, *factor_table, *factor_size;
    const double *table;
    const i64 *outcome_start;
    const double *outcome_share;
    const i64 *outcome_times, *test_start, *test_kind, *test_index, *test_mask, *test_op;
    const double *test_value;
    const i64 *test_group, *effect_start, *effect_kind, *effect_index, *effect_to, *effect_mask;
    const double *effect_value;
    const i64 *capacity;
} Arrays;

typedef struct { u64 word[WORDS]; } Set;

typedef struct {
    u64 key, mask;
    double a, b, inverse;
    int region, kind, reg, repeats;
    int piece_from, piece_to, factor_from, factor_to, outcome_from, outcome_to;
} Clock;

typedef struct { int kind, index, size; u64 mask; const double *value; } Factor;
typedef struct { double share; int times, test_from, test_to, effect_from, effect_to; } Outcome;
typedef struct { int kind, index, op, group; u64 mask; double value; } Test;
typedef struct { int kind, index, to; u64 mask; double value; } Effect;

typedef struct {
    Arrays x;
    int K, R, G, L, slots, step, resources, has_places;
    Clock *clock;
    Factor *factor;
    Outcome *outcome;
    Test *test;
    Effect *effect;
    Set *runs;       /* (R, L): clocks of a region that run at a level */
    Set *own;        /* (R): clocks of a region */
    Set *by_region;  /* (R): clocks with a factor on a region */
    Set *by_register;/* (G) */
    int *queue, *hold;
    Set unsafe;      /* clocks that can move a region with limited places */
    int most_rows;   /* of one activation */
} Model;

static void *fresh_memory(size_t n) { return calloc(n ? n : 1, 1); }

HOT void put(Set *s, int k) { s->word[k >> 6] |= 1ull << (k & 63); }
HOT void drop(Set *s, int k) { s->word[k >> 6] &= ~(1ull << (k & 63)); }
HOT int has(const Set *s, int k) { return s->word[k >> 6] >> (k & 63) & 1; }

static int limited(const Arrays *x, int region) {
    for (i64 j = region * x->levels; j < (region + 1) * x->levels; j++) {
        i64 q = x->queue_resource[j], h = x->hold[j];
        if ((q >= 0 && x->capacity[q] >= 0) || (h >= 0 && x->capacity[h] >= 0)) return 1;
    }
    return 0;
}

static void lay_out_clocks(Model *m) {
    const Arrays *x = &m->x;
    for (int k = 0; k < m->K; k++) {
        int r = (int)x->clock_region[k];
        m->clock[k] = (Clock){
            x->clock_key[k], (u64)x->clock_mask[k], x->hazard_a[k], x->hazard_b[k],
            1.0 / x->hazard_a[k], r, (int)x->hazard_kind[k], (int)x->hazard_register[k],
            (int)x->clock_repeats[k], (int)x->piece_start[k], (int)x->piece_start[k + 1],
            (int)x->factor_start[k], (int)x->factor_start[k + 1],
            (int)x->outcome_start[k], (int)x->outcome_start[k + 1]};
        put(&m->own[r], k);
        for (int at = 0; at < m->L; at++)
            if (m->clock[k].mask >> at & 1) put(&m->runs[r * m->L + at], k);
        for (int i = m->clock[k].factor_from; i < m->clock[k].factor_to; i++) {
            int where = (int)x->factor_index[i];
            m->factor[i] = (Factor){(int)x->factor_kind[i], where, (int)x->factor_size[i],
                                    (u64)x->factor_mask[i], x->table + x->factor_table[i]};
            if (m->factor[i].kind == BY_REGISTER) put(&m->by_register[where], k);
            else if (m->factor[i].kind == BY_LEVEL) put(&m->by_region[where], k);
            else for (int s = 0; s < m->slots; s++) put(&m->by_region[where + s * m->step], k);
        }
    }
}

static void lay_out_outcomes(Model *m) {
    const Arrays *x = &m->x;
    for (int k = 0; k < m->K; k++)
        for (int o = m->clock[k].outcome_from; o < m->clock[k].outcome_to; o++) {
            m->outcome[o] = (Outcome){x->outcome_share[o], (int)x->outcome_times[o],
                                      (int)x->test_start[o], (int)x->test_start[o + 1],
                                      (int)x->effect_start[o], (int)x->effect_start[o + 1]};
            int rows = 1 + m->R * (m->L + 1);
            for (int i = m->outcome[o].test_from; i < m->outcome[o].test_to; i++)
                m->test[i] = (Test){(int)x->test_kind[i], (int)x->test_index[i], (int)x->test_op[i],
                                    (int)x->test_group[i], (u64)x->test_mask[i], x->test_value[i]};
            for (int i = m->outcome[o].effect_from; i < m->outcome[o].effect_to; i++) {
                int kind = (int)x->effect_kind[i], where = (int)x->effect_index[i];
                m->effect[i] = (Effect){kind, where, (int)x->effect_to[i], (u64)x->effect_mask[i],
                                        x->effect_value[i]};
                rows += m->slots + 1;
                int slots = kind == E_MOVE ? 1 : kind <= E_MOVE_FIRST ? m->slots : 0;
                for (int s = 0; s < slots; s++)
                    if (limited(x, where + s * m->step)) put(&m->unsafe, k);
            }
            if (rows > m->most_rows) m->most_rows = rows;
        }
}

Model *model_new(const Arrays *x) {
    if (x->clocks > 64 * WORDS || x->resources > RESOURCES_MOST || x->regions > WAITING_MOST)
        return NULL;
    Model *m = fresh_memory(sizeof *m);
    m->x = *x;
    m->K = (int)x->clocks, m->R = (int)x->regions, m->G = (int)x->registers;
    m->L = (int)x->levels, m->slots = (int)x->slots, m->step = (int)x->child_regions;
    m->resources = (int)x->resources;
    int outcomes = (int)x->outcome_start[m->K], factors = (int)x->factor_start[m->K];
    m->clock = fresh_memory(sizeof(Clock) * (size_t)m->K);
    m->factor = fresh_memory(sizeof(Factor) * (size_t)factors);
    m->outcome = fresh_memory(sizeof(Outcome) * (size_t)outcomes);
    m->test = fresh_memory(sizeof(Test) * (size_t)x->test_start[outcomes]);
    m->effect = fresh_memory(sizeof(Effect) * (size_t)x->effect_start[outcomes]);
    m->runs = fresh_memory(sizeof(Set) * (size_t)(m->R * m->L));
    m->own = fresh_memory(sizeof(Set) * (size_t)m->R);
    m->by_region = fresh_memory(sizeof(Set) * (size_t)m->R);
    m->by_register = fresh_memory(sizeof(Set) * (size_t)m->G);
    m->queue = fresh_memory(sizeof(int) * (size_t)(m->R * m->L));
    m->hold = fresh_memory(sizeof(int) * (size_t)(m->R * m->L));
    for (int j = 0; j < m->R * m->L; j++) {
        m->queue[j] = (int)x->queue_resource[j], m->hold[j] = (int)x->hold[j];
        if (m->queue[j] >= 0 || m->hold[j] >= 0) m->has_places = 1;
    }
    m->most_rows = 1 + m->R * (m->L + 1);
    lay_out_clocks(m);
    lay_out_outcomes(m);
    return m;
}

void model_free(Model *m) {
    void *all[] = {m->clock, m->factor, m->outcome, m->test, m->effect, m->runs, m->own,
                   m->by_region, m->by_register, m->queue, m->hold};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
    free(m);
}

/* --- Draws (simcare/draws.py) --- */

HOT u64 mix(u64 v) {
    v = (v ^ (v >> 30)) * 0xBF58476D1CE4E5B9ull;
    v = (v ^ (v >> 27)) * 0x94D049BB133111EBull;
    return v ^ (v >> 31);
}

HOT double uniform(u64 key, i64 occurrence, int purpose) {
    u64 bits = mix(key + (u64)(2 * occurrence + purpose + 1) * GOLDEN);
    return ((double)(i64)(bits >> 12) + 0.5) * 0x1p-52;
}

static u64 family_key(i64 seed, i64 number) {
    return mix(mix((u64)seed + GOLDEN) + (u64)number * GOLDEN + 1);
}

/* --- Hazards (simcare/engine/hazards.py) --- */

HOT double cumulative(const Model *m, const Clock *c, double age) {
    if (c->kind == EXPONENTIAL) return c->a * age;
    if (c->kind == WEIBULL) return age > 0.0 ? pow(age / c->b, c->a) : 0.0;
    double total = 0.0, start = 0.0;
    for (int i = c->piece_from; i < c->piece_to; i++) {
        double end = m->x.piece_end[i], rate = m->x.piece_rate[i];
        if (age <= end) return total + rate * (age - start);
        total += rate * (end - start);
        start = end;
    }
    return total;
}

HOT double age_at(const Model *m, const Clock *c, double spent) {
    if (c->kind == EXPONENTIAL) return c->a > 0.0 ? spent / c->a : INFINITY;
    if (c->kind == WEIBULL) return c->b * pow(spent, c->inverse);
    double total = 0.0, start = 0.0;
    for (int i = c->piece_from; i < c->piece_to; i++) {
        double end = m->x.piece_end[i], rate = m->x.piece_rate[i];
        double here = rate > 0.0 ? rate * (end - start) : 0.0;
        if (total + here >= spent && rate > 0.0) return start + (spent - total) / rate;
        total += here;
        start = end;
    }
    return INFINITY;
}

/* --- One family --- */

typedef struct { double rest, origin, since, multiplier; } Running;

typedef struct {
    double *week;
    int32_t *code;
    i64 room, rows;
    int full;
} Log;

typedef struct {
    const Model *m;
    Log *log;
    u64 key;
    double week, horizon;
    Set live, armed, started, stale; /* armed: live and to fire by the horizon */
    int row, at_once, queue_head, queue_tail, circle;
    int *level;
    double *fires, *entered, *reg;
    int *times;
    Running *run;
    int queued[WAITING_MOST];
} Family;

static size_t life_bytes(const Model *m) {
    size_t bytes = sizeof(double) * (size_t)(m->K + m->R + m->G) + sizeof(Running) * (size_t)m->K
                   + sizeof(int) * (size_t)(m->K + m->R);
    return (bytes + 63) / 64 * 64;
}

static void place_in(Family *f, const Model *m, char *memory) {
    f->fires = (double *)memory, memory += sizeof(double) * (size_t)m->K;
    f->reg = (double *)memory, memory += sizeof(double) * (size_t)m->G;
    f->entered = (double *)memory, memory += sizeof(double) * (size_t)m->R;
    f->run = (Running *)memory, memory += sizeof(Running) * (size_t)m->K;
    f->level = (int *)memory, memory += sizeof(int) * (size_t)m->R;
    f->times = (int *)memory;
}

HOT void note(Family *f, int kind, int region, int before, int after, int clock, int outcome) {
    Log *log = f->log;
    if (log->rows >= log->room) {
        log->full = 1;
        return;
    }
    int32_t *code = log->code + COLUMNS * log->rows;
    log->week[log->rows++] = f->week;
    code[0] = f->row, code[1] = kind, code[2] = region, code[3] = before, code[4] = after;
    code[5] = clock, code[6] = outcome;
}

HOT void wait_until(Family *f, int k, double week) {
    f->fires[k] = week;
    if (week <= f->horizon) put(&f->armed, k);
    else drop(&f->armed, k);
}

HOT void start(Family *f, int k) {
    put(&f->live, k);
    put(&f->started, k);
    drop(&f->armed, k);
    f->times[k]++;
}

HOT void start_all(Family *f, const Set *which) {
    for (int w = 0; w < WORDS; w++)
        for (u64 bits = which->word[w] & ~f->live.word[w]; bits; bits &= bits - 1)
            start(f, 64 * w + __builtin_ctzll(bits));
}

HOT void stop(Family *f, int k) {
    drop(&f->live, k);
    drop(&f->armed, k);
}

HOT int count(const Family *f, int first, u64 mask) {
    int total = 0, step = f->m->step;
    for (int s = 0; s < f->m->slots; s++) total += (int)(mask >> f->level[first + s * step] & 1);
    return total;
}

HOT double multiplier(const Family *f, const Clock *c) {
    double product = 1.0;
    for (int i = c->factor_from; i < c->factor_to; i++) {
        const Factor *x = &f->m->factor[i];
        if (x->kind == BY_LEVEL) product *= x->value[f->level[x->index]];
        else if (x->kind == BY_REGISTER) product *= f->reg[x->index];
        else {
            int n = count(f, x->index, x->mask);
            product *= x->value[n < x->size ? n : x->size - 1];
        }
    }
    return product;
}

HOT void place(Family *f, int k, double m, double rest, double done) {
    const Clock *c = &f->m->clock[k];
    f->run[k].rest = rest;
    f->run[k].multiplier = m;
    double week = INFINITY;
    if (!(m <= 0.0)) {
        week = f->run[k].origin + age_at(f->m, c, done + rest / m);
        if (f->week > week) week = f->week;
    }
    wait_until(f, k, week);
}

HOT double later(double week, double other) { return other > week ? other : week; }

HOT void begin(Family *f, int k) {
    const Clock *c = &f->m->clock[k];
    if (c->kind == FIXED) wait_until(f, k, f->week + c->a);
    else if (c->kind == SINCE) wait_until(f, k, later(f->week, f->reg[c->reg] + c->a));
    else {
        f->run[k].origin = f->run[k].since = f->week;
        double m = multiplier(f, c);
        double e = -log(uniform(mix(f->key ^ c->key), f->times[k] - 1, DURATION));
        place(f, k, m, e, 0.0);
    }
}

HOT double rest_now(const Family *f, int k) {
    const Clock *c = &f->m->clock[k];
    const Running *r = &f->run[k];
    if (c->kind >= FIXED) return NAN;
    double gone = cumulative(f->m, c, f->week - r->origin)
                  - cumulative(f->m, c, r->since - r->origin);
    double rest = r->rest - r->multiplier * gone;
    return 0.0 > rest ? 0.0 : rest;
}

static void resume(Family *f, int k, double m, double rest) {
    const Clock *c = &f->m->clock[k];
    f->run[k].since = f->week;
    place(f, k, m, rest, cumulative(f->m, c, f->week - f->run[k].origin));
}

HOT void settle(Family *f) {
    for (int w = 0; w < WORDS; w++) {
        u64 live = f->live.word[w], fresh = f->started.word[w] & live;
        f->started.word[w] = 0;
        for (u64 bits = fresh; bits; bits &= bits - 1) begin(f, 64 * w + __builtin_ctzll(bits));
        for (u64 bits = f->stale.word[w] & live & ~fresh; bits; bits &= bits - 1) {
            int k = 64 * w + __builtin_ctzll(bits);
            if (f->m->clock[k].kind >= FIXED) continue;
            double m = multiplier(f, &f->m->clock[k]);
            if (m != f->run[k].multiplier) resume(f, k, m, rest_now(f, k));
        }
        f->stale.word[w] = 0;
    }
}

HOT void mark(Set *stale, const Set *which) {
    for (int w = 0; w < WORDS; w++) stale->word[w] |= which->word[w];
}

HOT void enqueue(Family *f, int region) {
    if (f->queue_tail < WAITING_MOST) f->queued[f->queue_tail++] = region;
    else f->circle = 1;
}

static void move(Family *f, int region, int to, int kind, int clock, int outcome) {
    const Model *m = f->m;
    int old = f->level[region];
    note(f, kind, region, old, to, clock, outcome);
    f->level[region] = to;
    f->entered[region] = f->week;
    for (i64 i = m->x.reset_start[region]; i < m->x.reset_start[region + 1]; i++) {
        f->reg[m->x.reset_register[i]] = 0.0;
        mark(&f->stale, &m->by_register[m->x.reset_register[i]]);
    }
    const Set *own = &m->own[region], *runs = &m->runs[region * m->L + to];
    for (int w = 0; w < WORDS; w++) {
        u64 over = own->word[w] & (old == to ? ~0ull : ~runs->word[w]);
        f->live.word[w] &= ~over;
        f->armed.word[w] &= ~over;
    }
    start_all(f, runs);
    mark(&f->stale, &m->by_region[region]);
    if (m->queue[region * m->L + to] >= 0) enqueue(f, region);
}

HOT int next_queued(Family *f) {
    int region = f->queued[f->queue_head++];
    if (f->queue_head == f->queue_tail) f->queue_head = f->queue_tail = 0;
    return region;
}

HOT int compare(double subject, int op, double value) {
    switch (op) {
        case 0: return subject >= value;
        case 1: return subject <= value;
        case 2: return subject > value;
        case 3: return subject < value;
        case 4: return subject == value;
        default: return subject != value;
    }
}

HOT int true_of(const Family *f, const Test *t) {
    double subject = f->week;
    int of_time = 1;
    switch (t->kind) {
        case T_LEVEL: return (int)(t->mask >> f->level[t->index] & 1);
        case T_REGISTER: subject = f->reg[t->index], of_time = 0; break;
        case T_SINCE: subject = f->week - f->reg[t->index]; break;
        case T_WEEKS_IN: subject = f->week - f->entered[t->index]; break;
        case T_CHILDREN: subject = (double)count(f, t->index, t->mask), of_time = 0; break;
    }
    if (of_time && fabs(subject - t->value) <= SAME_WEEK) subject = t->value;
    return compare(subject, t->op, t->value);
}

HOT int qualifies(const Family *f, const Outcome *o) {
    for (int i = o->test_from; i < o->test_to;) {
        int group = f->m->test[i].group, holds = 0;
        for (; i < o->test_to && f->m->test[i].group == group; i++)
            holds = holds || true_of(f, &f->m->test[i]);
        if (!holds) return 0;
    }
    return 1;
}

static int choose(const Family *f, int k, i64 occurrence) {
    const Clock *c = &f->m->clock[k];
    double draw = -1.0, reached = 0.0;
    for (int i = c->outcome_from; i < c->outcome_to; i++) {
        const Outcome *o = &f->m->outcome[i];
        if (!qualifies(f, o)) continue;
        if (o->share == -1.0) return i;
        if (draw < 0.0) draw = uniform(mix(f->key ^ c->key), occurrence, CHOICE);
        reached += o->times < 0 ? o->share : o->share * f->reg[o->times];
        if (draw < reached) return i;
    }
    return -1;
}

HOT void apply(Family *f, const Effect *e, int clock, int outcome) {
    if (e->kind == E_MOVE) {
        if (e->mask >> f->level[e->index] & 1) move(f, e->index, e->to, MOVED, clock, outcome);
    } else if (e->kind <= E_MOVE_FIRST) {
        for (int s = 0; s < f->m->slots; s++) {
            int region = e->index + s * f->m->step;
            if (!(e->mask >> f->level[region] & 1)) continue;
            move(f, region, e->to, MOVED, clock, outcome);
            if (e->kind == E_MOVE_FIRST) return;
        }
    } else {
        if (e->kind == E_ADD) f->reg[e->index] += e->value;
        else f->reg[e->index] = e->kind == E_PUT ? e->value : f->week + e->value;
        mark(&f->stale, &f->m->by_register[e->index]);
    }
}

HOT void set_now(Family *f, double week) {
    f->at_once = week - f->week <= SAME_WEEK ? f->at_once + 1 : 0;
    if (f->at_once > MOST_AT_ONCE) f->circle = 1;
    f->week = week;
}

static void fire(Family *f, int k, double week) {
    const Clock *c = &f->m->clock[k];
    set_now(f, week);
    stop(f, k);
    int chosen = choose(f, k, f->times[k] - 1);
    int at = f->level[c->region];
    note(f, FIRED, c->region, at, at, k, chosen);
    if (chosen >= 0) {
        const Outcome *o = &f->m->outcome[chosen];
        for (int i = o->effect_from; i < o->effect_to; i++) apply(f, &f->m->effect[i], k, chosen);
    }
    if (c->repeats && !has(&f->live, k) && c->mask >> f->level[c->region] & 1
        && !(c->kind == SINCE && f->reg[c->reg] + c->a <= f->week))
        start(f, k);
    settle(f);
}

HOT double next_event(const Family *f, int *clock) {
    double best = INFINITY;
    int first = -1;
    for (int w = 0; w < WORDS; w++)
        for (u64 bits = f->armed.word[w]; bits; bits &= bits - 1) {
            int k = 64 * w + __builtin_ctzll(bits);
            int sooner = f->fires[k] < best;
            best = sooner ? f->fires[k] : best;
            first = sooner ? k : first;
        }
    *clock = first;
    return best;
}

static void grant(Family *f, int region, double week) {
    set_now(f, week);
    i64 then = f->m->x.queue_then[region * f->m->L + f->level[region]];
    move(f, region, (int)then, GRANTED, -1, -1);
    settle(f);
}

/* --- Two policies, one after the other --- */

typedef struct {
    const Model *before, *after;
    int changes;
    double change_week, horizon;
    i64 seed, families;
    const i64 *number, *level;
    const double *arrival, *reg;
    Set differ; /* clocks whose numbers the later policy changes */
} Plan;

static int same_numbers(const Model *m, const Model *n, int k) {
    const Clock *c = &m->clock[k], *d = &n->clock[k];
    int pieces = c->piece_to - c->piece_from, factors = c->factor_to - c->factor_from;
    if (c->mask != d->mask || c->kind != d->kind || c->a != d->a || c->b != d->b
        || c->reg != d->reg || pieces != d->piece_to - d->piece_from
        || factors != d->factor_to - d->factor_from)
        return 0;
    for (int i = 0; i < pieces; i++)
        if (m->x.piece_end[c->piece_from + i] != n->x.piece_end[d->piece_from + i]
            || m->x.piece_rate[c->piece_from + i] != n->x.piece_rate[d->piece_from + i])
            return 0;
    for (int i = 0; i < factors; i++) {
        const Factor *x = &m->factor[c->factor_from + i], *y = &n->factor[d->factor_from + i];
        if (x->kind != y->kind || x->index != y->index || x->mask != y->mask || x->size != y->size)
            return 0;
        for (int j = 0; j < x->size; j++)
            if (x->value[j] != y->value[j]) return 0;
    }
    return 1;
}

Plan *plan_new(const Model *before, const Model *after, int changes, double change_week,
               double horizon, i64 seed, i64 families, const i64 *number, const double *arrival,
               const i64 *level, const double *reg) {
    Plan *p = fresh_memory(sizeof *p);
    *p = (Plan){before, after, changes, change_week, horizon, seed, families,
                number, level, arrival, reg, {{0}}};
    for (int k = 0; k < before->K; k++)
        if (!same_numbers(before, after, k)) put(&p->differ, k);
    return p;
}

static void change_policy(Family *f, const Plan *p) {
    const Model *old = p->before, *new = p->after;
    f->week = p->change_week;
    for (int w = 0; w < WORDS; w++)
        for (u64 bits = f->live.word[w] & p->differ.word[w]; bits; bits &= bits - 1) {
            int k = 64 * w + __builtin_ctzll(bits);
            const Clock *c = &new->clock[k];
            f->m = old;
            double rest = rest_now(f, k);
            f->m = new;
            if (!(c->mask >> f->level[c->region] & 1)) stop(f, k);
            else if (c->kind < FIXED && !isnan(rest)) resume(f, k, multiplier(f, c), rest);
        }
    f->m = new;
    for (int r = 0; r < new->R; r++) {
        const Set *ran = &old->runs[r * old->L + f->level[r]];
        const Set *runs = &new->runs[r * new->L + f->level[r]];
        for (int w = 0; w < WORDS; w++)
            for (u64 bits = runs->word[w] & ~ran->word[w]; bits; bits &= bits - 1)
                start(f, 64 * w + __builtin_ctzll(bits));
    }
    settle(f);
}

static void be_born(Family *f, const Plan *p, i64 i, int late) {
    const Model *m = f->m = late ? p->after : p->before;
    double week = p->arrival[i];
    f->row = (int)i, f->week = week, f->horizon = p->horizon, f->key = family_key(p->seed, p->number[i]);
    f->at_once = f->queue_head = f->queue_tail = f->circle = 0;
    f->live = f->armed = f->started = f->stale = (Set){{0}};
    memset(f->times, 0, sizeof(int) * (size_t)m->K);
    for (int k = 0; k < m->K; k++) f->run[k] = (Running){0.0, 0.0, 0.0, 1.0};
    memcpy(f->reg, p->reg + i * m->G, sizeof(double) * (size_t)m->G);
    for (int r = 0; r < m->R; r++) {
        f->level[r] = (int)p->level[i * m->R + r];
        f->entered[r] = week;
        start_all(f, &m->runs[r * m->L + f->level[r]]);
        if (m->queue[r * m->L + f->level[r]] >= 0) enqueue(f, r);
    }
    settle(f);
}

/* Places without limit are given at once. */
HOT void take_all(Family *f) {
    while (f->queue_head < f->queue_tail && !f->circle) {
        int region = next_queued(f);
        if (f->m->queue[region * f->m->L + f->level[region]] >= 0) grant(f, region, f->week);
    }
}

static void live_alone(Family *f, const Plan *p, i64 i) {
    int late = !p->changes || p->arrival[i] >= p->change_week, k;
    be_born(f, p, i, late);
    if (!p->before->has_places) f->queue_tail = 0;
    else take_all(f);
    while (!f->circle) {
        double week = next_event(f, &k);
        if (!late && week >= p->change_week) {
            if (p->change_week > p->horizon) return;
            change_policy(f, p);
            late = 1;
        } else if (k < 0) {
            return;
        } else {
            fire(f, k, week);
        }
        if (p->before->has_places) take_all(f);
        else f->queue_tail = 0;
    }
}

/* Run families from `*next` on, whole lives only, until the log is full or all are done. */
int run_alone(const Plan *p, i64 *next, double *week, int32_t *code, i64 room, i64 *rows) {
    Log log = {week, code, room, 0, 0};
    Family f = {.log = &log};
    char *memory = fresh_memory(life_bytes(p->before));
    int state = DONE;
    place_in(&f, p->before, memory);
    for (; *next < p->families; ++*next) {
        i64 before = log.rows;
        if (p->arrival[*next] > p->horizon) continue;
        live_alone(&f, p, *next);
        if (f.circle) {
            state = CIRCLE;
            break;
        }
        if (log.full) {
            log.rows = before;
            state = before ? MORE : TOO_SMALL;
            break;
        }
    }
    *rows = log.rows;
    free(memory);
    return state;
}

void plan_free(Plan *p) { free(p); }

/* --- Places ---
 *
 * SimPy's order, to the letter: an alarm of the smallest (week, family number) goes off; then
 * everything that it set off in the same week is done first in, first out. Giving a place back
 * frees it at once, but it is handed on only when its turn in that line comes, to one request
 * at most; a new request hands on likewise, to the head of the queue. A request that is granted
 * tells its family when its turn comes, and the family acts one turn later.
 */

typedef struct { double priority; i64 order; int family, region, granted, gone; } Request;
typedef struct { int capacity, users, size, room; int *heap; } Pool;
enum { RELEASED, SUCCEEDED, WOKEN };
typedef struct { int kind, which, request; } Turn;

typedef struct {
    Family life;
    int *waiting; /* (R) its request, or -1 */
    int *wanted;  /* (R) */
    unsigned *held; /* (R) bit for each resource */
    int waits, holds, late, asleep, at, clock, changing, born;
    double due;
} Resident;

typedef struct {
    const Plan *plan;
    Log log;
    Resident *resident;
    char *lives;
    int *regions;
    Pool *pool;
    const int *closed;
    Request *request;
    i64 requests, request_room;
    Turn *turn;
    i64 turn_head, turn_tail, turn_room;
    int *heap, alarms, *closed_;
    double now;
    int kept[RESOURCES_MOST], withheld, opened, ahead, margin;
    int *spare;
} Town;

static void take_turn(Town *t, int kind, int which, int request) {
    if (t->turn_tail == t->turn_room) {
        t->turn_room = 2 * t->turn_room + 64;
        t->turn = realloc(t->turn, sizeof(Turn) * (size_t)t->turn_room);
    }
    t->turn[t->turn_tail++] = (Turn){kind, which, request};
}

HOT int request_first(const Town *t, int a, int b) {
    const Request *x = &t->request[a], *y = &t->request[b];
    return x->priority < y->priority || (x->priority == y->priority && x->order < y->order);
}

static void pool_push(Town *t, Pool *p, int q) {
    if (p->size == p->room) {
        p->room = 2 * p->room + 16;
        p->heap = realloc(p->heap, sizeof(int) * (size_t)p->room);
    }
    int i = p->size++;
    for (; i && request_first(t, q, p->heap[(i - 1) / 2]); i = (i - 1) / 2)
        p->heap[i] = p->heap[(i - 1) / 2];
    p->heap[i] = q;
}

static int pool_pop(Town *t, Pool *p) {
    int top = p->heap[0], q = p->heap[--p->size], i = 0;
    for (;;) {
        int child = 2 * i + 1;
        if (child >= p->size) break;
        if (child + 1 < p->size && request_first(t, p->heap[child + 1], p->heap[child])) child++;
        if (!request_first(t, p->heap[child], q)) break;
        p->heap[i] = p->heap[child];
        i = child;
    }
    p->heap[i] = q;
    return top;
}

static void hand_on(Town *t, int resource) {
    Pool *p = &t->pool[resource];
    if (p->users >= p->capacity) return;
    while (p->size) {
        int q = pool_pop(t, p);
        if (t->request[q].gone) continue;
        p->users++;
        t->request[q].granted = 1;
        take_turn(t, SUCCEEDED, resource, q);
        return;
    }
}

static int ask(Town *t, int resource, double priority, int family, int region) {
    if (t->requests == t->request_room) {
        t->request_room = 2 * t->request_room + 256;
        t->request = realloc(t->request, sizeof(Request) * (size_t)t->request_room);
    }
    int q = (int)t->requests++;
    t->request[q] = (Request){priority, q, family, region, 0, 0};
    pool_push(t, &t->pool[resource], q);
    hand_on(t, resource);
    return q;
}

static void give_up(Town *t, int resource) {
    t->pool[resource].users--;
    take_turn(t, RELEASED, resource, -1);
}

static void let_go(Town *t, Resident *r, int region, int resource) {
    r->held[region] &= ~(1u << resource);
    r->holds--;
    give_up(t, resource);
}

static void give_back(Town *t, Resident *r) {
    const Model *m = r->life.m;
    if (!r->waits && !r->holds) return;
    for (int i = 0; i < m->R; i++) {
        int at = i * m->L + r->life.level[i];
        if (r->waiting[i] >= 0 && m->queue[at] != r->wanted[i]) {
            t->request[r->waiting[i]].gone = 1;
            r->waiting[i] = -1;
            r->waits--;
        }
        for (unsigned bits = r->held[i]; bits; bits &= bits - 1) {
            int resource = __builtin_ctz(bits);
            if (m->hold[at] == resource) continue;
            let_go(t, r, i, resource);
        }
    }
}

static void update(Town *t, Resident *r);

static int granted(const Town *t, const Resident *r, int region) {
    return r->waiting[region] >= 0 && t->request[r->waiting[region]].granted;
}

static void take(Town *t, Resident *r) {
    int ready[WAITING_MOST], n = 0;
    for (int i = 0; i < r->life.m->R; i++)
        if (granted(t, r, i)) ready[n++] = i;
    for (int j = 0; j < n; j++) {
        int region = ready[j];
        if (!granted(t, r, region)) continue;
        r->waiting[region] = -1;
        r->waits--;
        r->holds++;
        r->held[region] |= 1u << r->wanted[region];
        grant(&r->life, region, t->now);
        update(t, r);
    }
}

static void update(Town *t, Resident *r) {
    Family *f = &r->life;
    give_back(t, r);
    while (f->queue_head < f->queue_tail && !f->circle) {
        int region = next_queued(f), at = region * f->m->L + f->level[region];
        int resource = f->m->queue[at];
        if (resource < 0 || r->waiting[region] >= 0 || t->closed[resource]) continue;
        if (t->pool[resource].capacity < 0) {
            grant(f, region, t->now);
            give_back(t, r);
            continue;
        }
        if (r->held[region] >> resource & 1) let_go(t, r, region, resource);
        i64 by = f->m->x.queue_by[at];
        double priority = by < 0 ? 0.0 : f->m->x.queue_priority[at * f->m->L + f->level[by]];
        r->wanted[region] = resource;
        r->waits++;
        r->waiting[region] = ask(t, resource, priority, f->row, region);
        if (granted(t, r, region)) take(t, r);
    }
}

/* The heap of alarms: four children a node, each family in it once. */

HOT int alarm_first(const Town *t, int a, int b) {
    double x = t->resident[a].due, y = t->resident[b].due;
    return x < y || (x == y && t->plan->number[a] < t->plan->number[b]);
}

HOT void seat(Town *t, int i, int family) {
    t->heap[i] = family;
    t->resident[family].at = i;
}

static void sift(Town *t, int i) {
    int f = t->heap[i];
    for (; i && alarm_first(t, f, t->heap[(i - 1) / 4]); i = (i - 1) / 4)
        seat(t, i, t->heap[(i - 1) / 4]);
    for (;;) {
        int first = 4 * i + 1, best = first;
        if (first >= t->alarms) break;
        for (int c = first + 1; c < first + 4 && c < t->alarms; c++)
            if (alarm_first(t, t->heap[c], t->heap[best])) best = c;
        if (!alarm_first(t, t->heap[best], f)) break;
        seat(t, i, t->heap[best]);
        i = best;
    }
    seat(t, i, f);
}

static void set_alarm(Town *t, int family, double week) {
    Resident *r = &t->resident[family];
    r->due = week;
    if (week <= t->plan->horizon) {
        if (r->at < 0) seat(t, t->alarms++, family);
        sift(t, r->at);
    } else if (r->at >= 0) {
        int i = r->at, last = t->heap[--t->alarms];
        r->at = -1;
        if (last != family) {
            seat(t, i, last);
            sift(t, i);
        }
    }
}

static void settle_places(Town *t, Resident *r) {
    if (t->plan->before->has_places) update(t, r);
    else r->life.queue_tail = 0;
}

/* What comes next for a family: 0 if it may live on by itself until then. */
static int look_ahead(const Town *t, Resident *r, double *week) {
    *week = next_event(&r->life, &r->clock);
    r->changing = !r->late && *week >= t->plan->change_week;
    if (r->changing) *week = t->plan->change_week;
    return !t->ahead || r->waits || r->changing || r->clock < 0 || r->life.circle
           || has(&r->life.m->unsafe, r->clock) || t->log.room - t->log.rows < 2 * t->margin;
}

/* Let a family live on and then sleep until its next alarm. With `ahead` it lives, as long as
 * it waits for nothing, through all that can neither ask for a limited place nor free one. */
static void go_on(Town *t, int family) {
    Resident *r = &t->resident[family];
    double week, now = t->now;
    while (!look_ahead(t, r, &week)) {
        fire(&r->life, r->clock, week);
        t->now = week;
        settle_places(t, r);
    }
    t->now = now;
    r->asleep = r->waits > 0;
    set_alarm(t, family, week);
}

static void act(Town *t, int family) {
    const Plan *p = t->plan;
    Resident *r = &t->resident[family];
    if (!r->born) {
        r->born = 1;
        r->late = !p->changes || t->now >= p->change_week;
        be_born(&r->life, p, family, r->late);
    } else if (r->changing) {
        change_policy(&r->life, p);
        r->late = 1;
    } else {
        fire(&r->life, r->clock, t->now);
    }
    settle_places(t, r);
    go_on(t, family);
}

static void wake(Town *t, int family) {
    take(t, &t->resident[family]);
    go_on(t, family);
}

/* Take the next turn in line; 0 if its family goes round in a circle. */
static int next_turn(Town *t) {
    Turn turn = t->turn[t->turn_head++];
    if (t->turn_head == t->turn_tail) t->turn_head = t->turn_tail = 0;
    if (turn.kind == WOKEN) {
        wake(t, turn.which);
        return !t->resident[turn.which].life.circle;
    }
    if (turn.kind == RELEASED) hand_on(t, turn.which);
    else {
        const Request *q = &t->request[turn.request];
        Resident *r = q->family >= 0 ? &t->resident[q->family] : NULL;
        if (r && r->asleep && r->waiting[q->region] == turn.request) {
            r->asleep = 0;
            take_turn(t, WOKEN, q->family, -1);
        }
    }
    return 1;
}

/* Places that a later policy opens or closes go in or out of use at the change. */
static void withhold(Town *t) {
    const Plan *p = t->plan;
    int n = 0;
    for (int c = 0; c < p->before->resources; c++) {
        i64 early = p->before->x.capacity[c], late = p->after->x.capacity[c];
        if (t->pool[c].capacity <= 0 || early == late) continue;
        for (i64 i = early; i < t->pool[c].capacity; i++, n++)
            if (!t->withheld) ask(t, c, -1e9, -1, -1);
            else give_up(t, c);
        if (t->withheld)
            for (i64 i = late; i < t->pool[c].capacity; i++) ask(t, c, -1e9, -1, -1);
    }
}

Town *town_new(const Plan *p, int ahead) {
    const Model *m = p->before;
    Town *t = fresh_memory(sizeof *t);
    size_t bytes = life_bytes(m), n = (size_t)p->families, R = (size_t)m->R;
    t->plan = p, t->ahead = ahead;
    t->resident = fresh_memory(sizeof(Resident) * n);
    t->lives = fresh_memory(bytes * n);
    t->regions = fresh_memory(3 * sizeof(int) * R * n);
    t->heap = fresh_memory(sizeof(int) * n);
    t->pool = fresh_memory(sizeof(Pool) * (size_t)m->resources);
    t->closed = t->closed_ = fresh_memory(sizeof(int) * (size_t)m->resources);
    t->margin = p->before->most_rows > p->after->most_rows ? p->before->most_rows
                                                           : p->after->most_rows;
    for (int c = 0; c < m->resources; c++) {
        i64 early = m->x.capacity[c], late = p->after->x.capacity[c];
        t->pool[c].capacity = (int)(early > late ? early : late);
        t->closed_[c] = t->pool[c].capacity == 0;
    }
    for (size_t i = 0; i < n; i++) {
        Resident *r = &t->resident[i];
        int *own = t->regions + 3 * R * i;
        place_in(&r->life, m, t->lives + bytes * i);
        r->life.log = &t->log;
        r->waiting = own, r->wanted = own + R, r->held = (unsigned *)(own + 2 * R);
        for (size_t j = 0; j < R; j++) r->waiting[j] = -1;
        r->at = -1;
        set_alarm(t, (int)i, p->arrival[i]);
    }
    withhold(t);
    t->withheld = 1;
    return t;
}

/* Go on until all is done, or the log may not hold what happens next. */
int town_run(Town *t, double *week, int32_t *code, i64 room, i64 *rows) {
    const Plan *p = t->plan;
    t->log = (Log){week, code, room, 0, 0};
    int state = DONE;
    if (room < 2 * t->margin) return TOO_SMALL;
    for (;;) {
        if (room - t->log.rows < t->margin) {
            state = MORE;
            break;
        }
        if (t->turn_head < t->turn_tail) {
            if (next_turn(t)) continue;
            state = CIRCLE;
            break;
        }
        if (!t->alarms) break;
        if (p->changes && !t->opened && t->resident[t->heap[0]].due >= p->change_week) {
            t->opened = 1;
            t->now = p->change_week;
            withhold(t);
            continue;
        }
        int family = t->heap[0];
        t->now = t->resident[family].due;
        act(t, family);
        if (t->resident[family].life.circle) {
            state = CIRCLE;
            break;
        }
    }
    *rows = t->log.rows;
    return t->log.full ? TOO_SMALL : state;
}

void town_free(Town *t) {
    for (int c = 0; c < t->plan->before->resources; c++) free(t->pool[c].heap);
    void *all[] = {t->resident, t->lives, t->regions, t->heap, t->pool, t->closed_, t->request,
                   t->turn};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
    free(t);
}
