package main

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apiextv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	extserver "k8s.io/apiextensions-apiserver/pkg/apiserver"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// announceCustomGroups keeps the groups of custom resources in the list under /apis, which
// kube-aggregator does in a full server.
func announceCustomGroups(server *extserver.CustomResourceDefinitions) error {
	informer := server.Informers.Apiextensions().V1().CustomResourceDefinitions().Informer()
	announced := map[string]bool{} // informers call their handlers one at a time
	update := func(interface{}) {
		groups := establishedGroups(informer.GetStore())
		for name := range announced {
			if _, still := groups[name]; !still {
				server.GenericAPIServer.DiscoveryGroupManager.RemoveGroup(name)
				delete(announced, name)
			}
		}
		for name, group := range groups {
			server.GenericAPIServer.DiscoveryGroupManager.AddGroup(group)
			announced[name] = true
		}
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: update, DeleteFunc: update, UpdateFunc: func(_, now interface{}) { update(now) },
	})
	return err
}

func establishedGroups(crds cache.Store) map[string]metav1.APIGroup {
	groups := map[string]metav1.APIGroup{}
	for _, object := range crds.List() {
		crd := object.(*apiextv1.CustomResourceDefinition)
		if !established(crd) {
			continue
		}
		group := groups[crd.Spec.Group]
		group.Name = crd.Spec.Group
		for _, version := range crd.Spec.Versions {
			entry := metav1.GroupVersionForDiscovery{GroupVersion: group.Name + "/" + version.Name, Version: version.Name}
			if version.Served && !slices.Contains(group.Versions, entry) {
				group.Versions = append(group.Versions, entry)
			}
		}
		if len(group.Versions) > 0 {
			group.PreferredVersion = group.Versions[0]
			groups[group.Name] = group
		}
	}
	return groups
}

func established(crd *apiextv1.CustomResourceDefinition) bool {
	for _, condition := range crd.Status.Conditions {
		if condition.Type == apiextv1.Established {
			return condition.Status == apiextv1.ConditionTrue
		}
	}
	return false
}

// bootstrap creates what every cluster has.
func bootstrap(ctx context.Context, client kubernetes.Interface) error {
	for _, name := range []string{"default", "kube-system", "kube-public"} {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
		if _, err := client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	all := []string{"*"}
	admin := &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "cluster-admin"},
		Rules:      []rbacv1.PolicyRule{{Verbs: all, APIGroups: all, Resources: all}, {Verbs: all, NonResourceURLs: all}},
	}
	if _, err := client.RbacV1().ClusterRoles().Create(ctx, admin, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	return nil
}
