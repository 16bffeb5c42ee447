// PlanJSON
