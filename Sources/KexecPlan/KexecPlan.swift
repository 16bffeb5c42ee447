// KexecPlan
