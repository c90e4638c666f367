package main

import (
	"context"
	"fmt"
	"strings"

	authv1 "k8s.io/api/authorization/v1"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/generic"
	"k8s.io/apiserver/pkg/registry/generic/registry"
	"k8s.io/apiserver/pkg/registry/rest"
	genericapiserver "k8s.io/apiserver/pkg/server"
	genericoptions "k8s.io/apiserver/pkg/server/options"
	"k8s.io/apiserver/pkg/storage/names"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

const eventsLiveFor = 3600 // seconds, kube-apiserver's default

// store adds a kind's short names to its storage.
type store struct {
	*registry.Store
	short []string
}

func (s store) ShortNames() []string { return s.short }

// statusStore is a kind's status subresource: read and update, nothing else.
type statusStore struct{ store *registry.Store }

func (s statusStore) New() runtime.Object { return s.store.NewFunc() }
func (s statusStore) Destroy()            {}
func (s statusStore) Get(ctx context.Context, name string, o *metav1.GetOptions) (runtime.Object, error) {
	return s.store.Get(ctx, name, o)
}
func (s statusStore) Update(
	ctx context.Context, name string, info rest.UpdatedObjectInfo,
	create rest.ValidateObjectFunc, update rest.ValidateObjectUpdateFunc, _ bool, o *metav1.UpdateOptions,
) (runtime.Object, bool, error) {
	return s.store.Update(ctx, name, info, create, update, false, o)
}
func (s statusStore) GetResetFields() map[fieldpath.APIVersion]*fieldpath.Set {
	return s.store.GetResetFields()
}
func (s statusStore) ConvertToTable(ctx context.Context, object, options runtime.Object) (*metav1.Table, error) {
	return s.store.ConvertToTable(ctx, object, options)
}

func installBuiltins(server *genericapiserver.GenericAPIServer, etcd *genericoptions.EtcdOptions, cfg *genericapiserver.Config) error {
	var versions, stored []schema.GroupVersion // in the order of the table
	storages := map[schema.GroupVersion]map[string]rest.Storage{}
	for _, r := range resources {
		if storages[r.gv] == nil {
			storages[r.gv] = map[string]rest.Storage{}
			versions = append(versions, r.gv)
			if r.gv != eventsv1.SchemeGroupVersion { // its events are stored as those of core/v1
				stored = append(stored, r.gv)
			}
		}
	}
	options := *etcd
	options.StorageConfig.StorageObjectCountTracker = cfg.StorageObjectCountTracker
	options.StorageConfig.Codec = codecs.LegacyCodec(stored...)
	getter := options.CreateRESTOptionsGetter(&genericoptions.SimpleStorageFactory{StorageConfig: options.StorageConfig}, cfg.ResourceTransformers)

	var events store
	for _, r := range resources {
		if r.gv == eventsv1.SchemeGroupVersion {
			storages[r.gv][r.plural] = events
			continue
		}
		s, err := newStore(r, getter)
		if err != nil {
			return err
		}
		storages[r.gv][r.plural] = s
		if r.kind == "Event" {
			events = s
		}
		if r.status {
			status := *s.Store
			only := strategy{scheme, names.SimpleNameGenerator, r, true}
			status.UpdateStrategy, status.ResetFieldsStrategy = only, only
			storages[r.gv][r.plural+"/status"] = statusStore{&status}
		}
	}
	versions = append(versions, authv1.SchemeGroupVersion)
	storages[authv1.SchemeGroupVersion] = map[string]rest.Storage{
		"subjectaccessreviews":     review{server.Authorizer, "SubjectAccessReview"},
		"selfsubjectaccessreviews": review{server.Authorizer, "SelfSubjectAccessReview"},
	}
	for _, gv := range versions {
		info := genericapiserver.NewDefaultAPIGroupInfo(gv.Group, scheme, runtime.NewParameterCodec(scheme), codecs)
		info.PrioritizedVersions = []schema.GroupVersion{gv}
		info.VersionedResourcesStorageMap[gv.Version] = storages[gv]
		install := server.InstallAPIGroup
		if gv.Group == "" {
			install = func(info *genericapiserver.APIGroupInfo) error {
				return server.InstallLegacyAPIGroup(genericapiserver.DefaultLegacyAPIPrefix, info)
			}
		}
		if err := install(&info); err != nil {
			return fmt.Errorf("%v: %w", gv, err)
		}
	}
	return nil
}

func newStore(r resource, getter generic.RESTOptionsGetter) (store, error) {
	all := strategy{scheme, names.SimpleNameGenerator, r, false}
	gr := schema.GroupResource{Group: r.gv.Group, Resource: r.plural}
	s := &registry.Store{
		NewFunc:                   func() runtime.Object { return newKind(r.gv, r.kind) },
		NewListFunc:               func() runtime.Object { return newKind(r.gv, r.kind+"List") },
		DefaultQualifiedResource:  gr,
		SingularQualifiedResource: schema.GroupResource{Group: r.gv.Group, Resource: strings.ToLower(r.kind)},
		CreateStrategy:            all,
		UpdateStrategy:            all,
		DeleteStrategy:            all,
		ResetFieldsStrategy:       all,
		TableConvertor:            rest.NewDefaultTableConvertor(gr),
	}
	options := &generic.StoreOptions{RESTOptions: getter}
	if r.kind == "Event" {
		options.AttrFunc = eventAttributes
		s.PredicateFunc = matchEvent
		s.TTLFunc = func(runtime.Object, uint64, bool) (uint64, error) { return eventsLiveFor, nil }
	}
	return store{s, r.short}, s.CompleteWithOptions(options)
}
