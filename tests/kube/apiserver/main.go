// An API server for tests, built where kube-apiserver cannot be had: the libraries that kube-apiserver
// is made of (k8s.io/apiserver and k8s.io/apiextensions-apiserver) with generic stores for the built-in
// kinds that a controller and its deployment use.
//
// Custom resources, CEL rules, server-side apply, watch and impersonation are the real code. Built-in
// kinds keep metadata, generation and the status subresource as a real server does, but their contents
// are neither defaulted nor validated (Secret and Namespace apart). Like any API server without
// kube-controller-manager it collects no garbage; a deleted namespace is gone at once, its contents stay.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"

	extserver "k8s.io/apiextensions-apiserver/pkg/apiserver"
	extoptions "k8s.io/apiextensions-apiserver/pkg/cmd/server/options"
	"k8s.io/apiserver/pkg/apis/apiserver"
	"k8s.io/apiserver/pkg/authentication/authenticatorfactory"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/apiserver/pkg/authorization/union"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/server/dynamiccertificates"
	genericoptions "k8s.io/apiserver/pkg/server/options"
	"k8s.io/apiserver/pkg/util/feature"
	"k8s.io/apiserver/pkg/util/openapi"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/klog/v2"

	"go.opentelemetry.io/otel/trace/noop"

	generated "testserver/openapi"
)

type options struct {
	etcd, cert, key, clientCA string
	port                      int
}

func main() {
	klog.InitFlags(nil)
	var o options
	flag.StringVar(&o.etcd, "etcd-servers", "http://127.0.0.1:2379", "etcd's client URL")
	flag.IntVar(&o.port, "secure-port", 6443, "port on 127.0.0.1")
	flag.StringVar(&o.cert, "tls-cert-file", "", "serving certificate")
	flag.StringVar(&o.key, "tls-private-key-file", "", "its key")
	flag.StringVar(&o.clientCA, "client-ca-file", "", "who signs the clients' certificates")
	for _, name := range []string{
		"advertise-address", "allow-privileged", "authorization-mode", "bind-address", "disable-admission-plugins",
		"endpoint-reconciler-type", "service-account-issuer", "service-account-key-file", "service-account-signing-key-file",
		"service-cluster-ip-range",
	} {
		flag.String(name, "", "a flag of kube-apiserver, without effect here")
	}
	flag.Parse()
	if err := run(genericapiserver.SetupSignalContext(), o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	crd := extoptions.NewCustomResourceDefinitionsServerOptions(os.Stdout, os.Stderr)
	rec := crd.RecommendedOptions
	rec.Etcd.StorageConfig.Prefix = "/registry"
	rec.Etcd.StorageConfig.Transport.ServerList = []string{o.etcd}
	rec.SecureServing.BindAddress = net.IPv4(127, 0, 0, 1)
	rec.SecureServing.BindPort = o.port
	rec.SecureServing.ServerCert.CertKey = genericoptions.CertKey{CertFile: o.cert, KeyFile: o.key}
	rec.Features.EnablePriorityAndFairness = false
	// What is left is NamespaceLifecycle: nothing is created in a namespace that does not exist.
	rec.Admission.DisablePlugins = []string{
		"MutatingAdmissionPolicy", "MutatingAdmissionWebhook", "ValidatingAdmissionPolicy", "ValidatingAdmissionWebhook",
	}
	if err := crd.Complete(); err != nil {
		return err
	}
	cfg := genericapiserver.NewRecommendedConfig(extserver.Codecs)
	if err := crd.ServerRunOptions.ApplyTo(&cfg.Config); err != nil {
		return err
	}
	if err := rec.Etcd.ApplyTo(&cfg.Config); err != nil {
		return err
	}
	if err := rec.SecureServing.ApplyToConfig(&cfg.Config); err != nil {
		return err
	}
	cfg.ClientConfig = cfg.LoopbackClientConfig
	client, err := kubernetes.NewForConfig(cfg.LoopbackClientConfig)
	if err != nil {
		return err
	}
	dyn, err := dynamic.NewForConfig(cfg.LoopbackClientConfig)
	if err != nil {
		return err
	}
	cfg.SharedInformerFactory = informers.NewSharedInformerFactory(client, 0)
	if err := authenticate(&cfg.Config, o.clientCA); err != nil {
		return err
	}
	// system:masters may do everything, others what the stored roles say.
	cfg.Authorization.Authorizer = union.New(
		authorizerfactory.NewPrivilegedGroups("system:masters"), newRBAC(cfg.SharedInformerFactory.Rbac().V1()))
	if err := rec.Features.ApplyTo(&cfg.Config, client, cfg.SharedInformerFactory); err != nil {
		return err
	}
	if err := rec.Admission.ApplyTo(&cfg.Config, cfg.SharedInformerFactory, client, dyn, feature.DefaultFeatureGate, cfg.EffectiveVersion); err != nil {
		return err
	}
	if err := crd.APIEnablement.ApplyTo(&cfg.Config, extserver.DefaultAPIResourceConfigSource(), extserver.Scheme); err != nil {
		return err
	}
	defs := openapi.GetOpenAPIDefinitionsWithoutDisabledFeatures(generated.GetOpenAPIDefinitions)
	namer := openapinamer.NewDefinitionNamer(extserver.Scheme, scheme)
	cfg.OpenAPIConfig = genericapiserver.DefaultOpenAPIConfig(defs, namer)
	cfg.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(defs, namer)
	cfg.OpenAPIConfig.Info.Title, cfg.OpenAPIV3Config.Info.Title = "test API server", "test API server"

	ext := (&extserver.Config{
		GenericConfig: cfg,
		ExtraConfig: extserver.ExtraConfig{
			CRDRESTOptionsGetter: extoptions.NewCRDRESTOptionsGetter(*rec.Etcd, cfg.ResourceTransformers, cfg.StorageObjectCountTracker),
			ServiceResolver:      webhook.NewDefaultServiceResolver(),
			AuthResolverWrapper:  webhook.NewDefaultAuthenticationInfoResolverWrapper(nil, nil, cfg.LoopbackClientConfig, noop.NewTracerProvider()),
		},
	}).Complete()
	ext.GenericConfig.EnableDiscovery = true // kube-aggregator serves /apis in a full server; here this one does
	server, err := ext.New(genericapiserver.NewEmptyDelegate())
	if err != nil {
		return err
	}
	if err := installBuiltins(server.GenericAPIServer, rec.Etcd, &cfg.Config); err != nil {
		return err
	}
	if err := announceCustomGroups(server); err != nil {
		return err
	}
	server.GenericAPIServer.AddPostStartHookOrDie("bootstrap", func(hook genericapiserver.PostStartHookContext) error {
		return bootstrap(hook, client)
	})
	return server.GenericAPIServer.PrepareRun().RunWithContext(ctx)
}

// authenticate knows clients by their certificates (CN is the user, O the groups); the rest is anonymous.
func authenticate(cfg *genericapiserver.Config, clientCA string) error {
	ca, err := dynamiccertificates.NewDynamicCAContentFromFile("client-ca", clientCA)
	if err != nil {
		return err
	}
	if err := cfg.Authentication.ApplyClientCert(ca, cfg.SecureServing); err != nil {
		return err
	}
	cfg.Authentication.Authenticator, _, err = authenticatorfactory.DelegatingAuthenticatorConfig{
		Anonymous:                          &apiserver.AnonymousAuthConfig{Enabled: true},
		ClientCertificateCAContentProvider: ca,
	}.New()
	return err
}
