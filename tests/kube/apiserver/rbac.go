package main

import (
	"context"
	"slices"
	"strings"

	authv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	informers "k8s.io/client-go/informers/rbac/v1"
	listers "k8s.io/client-go/listers/rbac/v1"
	"k8s.io/component-helpers/auth/rbac/validation"
)

// rbac decides by the stored roles and bindings. kube-apiserver's own authorizer is not a library.
type rbac struct {
	roles               listers.RoleLister
	bindings            listers.RoleBindingLister
	clusterRoles        listers.ClusterRoleLister
	clusterRoleBindings listers.ClusterRoleBindingLister
}

func newRBAC(i informers.Interface) authorizer.Authorizer {
	return &rbac{i.Roles().Lister(), i.RoleBindings().Lister(), i.ClusterRoles().Lister(), i.ClusterRoleBindings().Lister()}
}

// discoveryPaths may be read by everybody (the roles system:discovery and system:public-info-viewer).
var discoveryPaths = []string{"/healthz", "/readyz", "/livez", "/version", "/api", "/apis", "/openapi"}

func (r *rbac) Authorize(_ context.Context, a authorizer.Attributes) (authorizer.Decision, string, error) {
	wanted := rbacv1.PolicyRule{Verbs: []string{a.GetVerb()}}
	if a.IsResourceRequest() {
		resource := a.GetResource()
		if a.GetVerb() == "create" && strings.HasPrefix(resource, "selfsubject") {
			return authorizer.DecisionAllow, "", nil // the role system:basic-user
		}
		if a.GetSubresource() != "" {
			resource += "/" + a.GetSubresource()
		}
		wanted.APIGroups, wanted.Resources = []string{a.GetAPIGroup()}, []string{resource}
		if a.GetName() != "" {
			wanted.ResourceNames = []string{a.GetName()}
		}
	} else {
		for _, path := range discoveryPaths {
			if a.GetPath() == path || strings.HasPrefix(a.GetPath(), path+"/") {
				return authorizer.DecisionAllow, "", nil
			}
		}
		wanted.NonResourceURLs = []string{a.GetPath()}
	}
	rules, err := r.rulesFor(a.GetUser(), a.GetNamespace())
	if err != nil {
		return authorizer.DecisionNoOpinion, "", err
	}
	if covered, _ := validation.Covers(rules, []rbacv1.PolicyRule{wanted}); covered {
		return authorizer.DecisionAllow, "", nil
	}
	return authorizer.DecisionNoOpinion, "no role allows it", nil
}

// rulesFor lists what a user's roles allow, cluster-wide and, unless it is empty, in a namespace. A
// binding to a role that does not exist allows nothing.
func (r *rbac) rulesFor(who user.Info, namespace string) ([]rbacv1.PolicyRule, error) {
	var rules []rbacv1.PolicyRule
	clusterRole := func(name string) {
		if role, err := r.clusterRoles.Get(name); err == nil {
			rules = append(rules, role.Rules...)
		}
	}
	everywhere, err := r.clusterRoleBindings.List(labels.Everything())
	if err != nil {
		return nil, err
	}
	for _, binding := range everywhere {
		if includes(binding.Subjects, who, "") {
			clusterRole(binding.RoleRef.Name)
		}
	}
	if namespace == "" {
		return rules, nil
	}
	here, err := r.bindings.RoleBindings(namespace).List(labels.Everything())
	if err != nil {
		return nil, err
	}
	for _, binding := range here {
		if !includes(binding.Subjects, who, namespace) {
			continue
		}
		if binding.RoleRef.Kind == "ClusterRole" {
			clusterRole(binding.RoleRef.Name)
		} else if role, err := r.roles.Roles(namespace).Get(binding.RoleRef.Name); err == nil {
			rules = append(rules, role.Rules...)
		}
	}
	return rules, nil
}

// includes tells whether a binding's subjects include a user.
func includes(subjects []rbacv1.Subject, who user.Info, namespace string) bool {
	return slices.ContainsFunc(subjects, func(s rbacv1.Subject) bool {
		switch s.Kind {
		case rbacv1.UserKind:
			return s.Name == who.GetName()
		case rbacv1.GroupKind:
			return slices.Contains(who.GetGroups(), s.Name)
		case rbacv1.ServiceAccountKind:
			if s.Namespace != "" {
				namespace = s.Namespace
			}
			return who.GetName() == "system:serviceaccount:"+namespace+":"+s.Name
		}
		return false
	})
}

// review answers questions to the authorizer: `kubectl auth can-i`.
type review struct {
	authorizer authorizer.Authorizer
	kind       string
}

func (r review) New() runtime.Object     { return newKind(authv1.SchemeGroupVersion, r.kind) }
func (r review) Destroy()                {}
func (r review) NamespaceScoped() bool   { return false }
func (r review) GetSingularName() string { return strings.ToLower(r.kind) }

var _ rest.Creater = review{}

func (r review) Create(ctx context.Context, object runtime.Object, _ rest.ValidateObjectFunc, _ *metav1.CreateOptions) (runtime.Object, error) {
	var question authv1.SubjectAccessReviewSpec
	var answer *authv1.SubjectAccessReviewStatus
	switch x := object.(type) {
	case *authv1.SubjectAccessReview:
		question, answer = x.Spec, &x.Status
	case *authv1.SelfSubjectAccessReview:
		self, _ := request.UserFrom(ctx)
		question.ResourceAttributes, question.NonResourceAttributes = x.Spec.ResourceAttributes, x.Spec.NonResourceAttributes
		question.User, question.Groups = self.GetName(), self.GetGroups()
		answer = &x.Status
	}
	asked := authorizer.AttributesRecord{User: &user.DefaultInfo{Name: question.User, Groups: question.Groups}}
	switch {
	case question.ResourceAttributes != nil:
		q := question.ResourceAttributes
		asked.ResourceRequest, asked.Verb, asked.Namespace, asked.Name = true, q.Verb, q.Namespace, q.Name
		asked.APIGroup, asked.APIVersion, asked.Resource, asked.Subresource = q.Group, q.Version, q.Resource, q.Subresource
	case question.NonResourceAttributes != nil:
		asked.Verb, asked.Path = question.NonResourceAttributes.Verb, question.NonResourceAttributes.Path
	default:
		return nil, apierrors.NewBadRequest("resourceAttributes or nonResourceAttributes needed")
	}
	decision, reason, err := r.authorizer.Authorize(ctx, asked)
	answer.Allowed, answer.Denied, answer.Reason = decision == authorizer.DecisionAllow, decision == authorizer.DecisionDeny, reason
	if err != nil {
		answer.EvaluationError = err.Error()
	}
	return object, nil
}
