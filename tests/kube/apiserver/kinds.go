package main

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	authv1 "k8s.io/api/authorization/v1"
	coordv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	netv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
)

// resource is a built-in kind. Its singular name is the kind in lower case.
type resource struct {
	gv         schema.GroupVersion
	kind       string
	plural     string
	short      []string
	namespaced bool
	status     bool
}

// resources are the kinds that a controller and its deployment use.
var resources = []resource{
	{corev1.SchemeGroupVersion, "Namespace", "namespaces", []string{"ns"}, false, true},
	{corev1.SchemeGroupVersion, "Secret", "secrets", nil, true, false},
	{corev1.SchemeGroupVersion, "ConfigMap", "configmaps", []string{"cm"}, true, false},
	{corev1.SchemeGroupVersion, "Event", "events", []string{"ev"}, true, false},
	{corev1.SchemeGroupVersion, "ServiceAccount", "serviceaccounts", []string{"sa"}, true, false},
	{corev1.SchemeGroupVersion, "Service", "services", []string{"svc"}, true, true},
	{corev1.SchemeGroupVersion, "Pod", "pods", []string{"po"}, true, true},
	{eventsv1.SchemeGroupVersion, "Event", "events", []string{"ev"}, true, false},
	{coordv1.SchemeGroupVersion, "Lease", "leases", nil, true, false},
	{rbacv1.SchemeGroupVersion, "Role", "roles", nil, true, false},
	{rbacv1.SchemeGroupVersion, "RoleBinding", "rolebindings", nil, true, false},
	{rbacv1.SchemeGroupVersion, "ClusterRole", "clusterroles", nil, false, false},
	{rbacv1.SchemeGroupVersion, "ClusterRoleBinding", "clusterrolebindings", nil, false, false},
	{appsv1.SchemeGroupVersion, "Deployment", "deployments", []string{"deploy"}, true, true},
	{netv1.SchemeGroupVersion, "NetworkPolicy", "networkpolicies", []string{"netpol"}, true, false},
	{policyv1.SchemeGroupVersion, "PodDisruptionBudget", "poddisruptionbudgets", []string{"pdb"}, true, true},
}

var (
	scheme = runtime.NewScheme()
	codecs = serializer.NewCodecFactory(scheme)
)

func internal(gv schema.GroupVersion) schema.GroupVersion {
	return schema.GroupVersion{Group: gv.Group, Version: runtime.APIVersionInternal}
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

// newKind makes an empty object of a kind in memory. Both Event APIs share the core one's type.
func newKind(gv schema.GroupVersion, kind string) runtime.Object {
	if gv == eventsv1.SchemeGroupVersion {
		gv = corev1.SchemeGroupVersion
	}
	object, err := clientscheme.Scheme.New(gv.WithKind(kind))
	must(err)
	return object
}

func init() {
	must(clientscheme.AddToScheme(scheme))
	// The types of v1 are the internal version too, so that nothing needs converting but events.
	for _, r := range resources {
		scheme.AddKnownTypeWithName(internal(r.gv).WithKind(r.kind), newKind(r.gv, r.kind))
		scheme.AddKnownTypeWithName(internal(r.gv).WithKind(r.kind+"List"), newKind(r.gv, r.kind+"List"))
	}
	for _, kind := range []string{"SubjectAccessReview", "SelfSubjectAccessReview"} {
		scheme.AddKnownTypeWithName(internal(authv1.SchemeGroupVersion).WithKind(kind), newKind(authv1.SchemeGroupVersion, kind))
	}
	must(addEventConversions(scheme))
	for _, gv := range []schema.GroupVersion{corev1.SchemeGroupVersion, eventsv1.SchemeGroupVersion} {
		must(scheme.AddFieldLabelConversionFunc(gv.WithKind("Event"), func(label, value string) (string, string, error) {
			if _, known := eventFields(&corev1.Event{})[label]; !known {
				return "", "", fmt.Errorf("field label not supported: %s", label)
			}
			return label, value, nil
		}))
	}
}
