package main

import (
	"context"
	"reflect"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/apiserver/pkg/storage/names"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// strategy is the same for every built-in kind: spec and status are written apart and the generation
// counts changes of the spec, as in a real server; the contents are nobody's business here.
type strategy struct {
	runtime.ObjectTyper
	names.NameGenerator
	resource
	statusOnly bool
}

func part(object runtime.Object, field string) reflect.Value {
	return reflect.ValueOf(object).Elem().FieldByName(field)
}

func (s strategy) NamespaceScoped() bool { return s.namespaced }

func (s strategy) PrepareForCreate(_ context.Context, object runtime.Object) {
	if s.status {
		part(object, "Status").SetZero()
	}
	if part(object, "Spec").IsValid() {
		accessor, err := meta.Accessor(object)
		must(err)
		accessor.SetGeneration(1)
	}
	setDefaults(object)
}

func (s strategy) PrepareForUpdate(_ context.Context, object, old runtime.Object) {
	now, err := meta.Accessor(object)
	must(err)
	before, err := meta.Accessor(old)
	must(err)
	if s.statusOnly {
		status := reflect.New(part(object, "Status").Type()).Elem()
		status.Set(part(object, "Status"))
		managed, version := now.GetManagedFields(), now.GetResourceVersion()
		reflect.ValueOf(object).Elem().Set(reflect.ValueOf(old.DeepCopyObject()).Elem())
		part(object, "Status").Set(status)
		now.SetManagedFields(managed)
		now.SetResourceVersion(version)
		return
	}
	if s.status {
		part(object, "Status").Set(part(old.DeepCopyObject(), "Status"))
	}
	setDefaults(object)
	now.SetGeneration(before.GetGeneration())
	if spec := part(object, "Spec"); spec.IsValid() && !equality.Semantic.DeepEqual(spec.Interface(), part(old, "Spec").Interface()) {
		now.SetGeneration(before.GetGeneration() + 1)
	}
}

// setDefaults does what the API promises of secrets and namespaces.
func setDefaults(object runtime.Object) {
	switch x := object.(type) {
	case *corev1.Secret:
		if x.Type == "" {
			x.Type = corev1.SecretTypeOpaque
		}
		for key, value := range x.StringData {
			if x.Data == nil {
				x.Data = map[string][]byte{}
			}
			x.Data[key] = []byte(value)
		}
		x.StringData = nil
	case *corev1.Namespace:
		x.Status.Phase = corev1.NamespaceActive
		if x.Labels == nil {
			x.Labels = map[string]string{}
		}
		x.Labels["kubernetes.io/metadata.name"] = x.Name
	}
}

func (strategy) Validate(context.Context, runtime.Object) field.ErrorList { return nil }

func (strategy) ValidateUpdate(_ context.Context, object, old runtime.Object) field.ErrorList {
	before, ok := old.(*corev1.Secret)
	if !ok {
		return nil
	}
	now := object.(*corev1.Secret)
	switch {
	case now.Type != before.Type:
		return field.ErrorList{field.Invalid(field.NewPath("type"), now.Type, "field is immutable")}
	case before.Immutable != nil && *before.Immutable && !equality.Semantic.DeepEqual(now.Data, before.Data):
		return field.ErrorList{field.Forbidden(field.NewPath("data"), "field is immutable when `immutable` is set")}
	}
	return nil
}

func (strategy) WarningsOnCreate(context.Context, runtime.Object) []string { return nil }
func (strategy) WarningsOnUpdate(context.Context, runtime.Object, runtime.Object) []string {
	return nil
}
func (strategy) Canonicalize(runtime.Object)    {}
func (strategy) AllowCreateOnUpdate() bool      { return true }
func (strategy) AllowUnconditionalUpdate() bool { return true }

// GetResetFields tells server-side apply what a writer does not own.
func (s strategy) GetResetFields() map[fieldpath.APIVersion]*fieldpath.Set {
	ignored := "status"
	if s.statusOnly {
		ignored = "spec"
	}
	return map[fieldpath.APIVersion]*fieldpath.Set{fieldpath.APIVersion(s.gv.String()): fieldpath.NewSet(fieldpath.MakePathOrDie(ignored))}
}
