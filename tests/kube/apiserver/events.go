package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/conversion"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/storage"
)

// addEventConversions makes events.k8s.io/v1 another view of the events of core/v1: one store, two APIs.
func addEventConversions(scheme *runtime.Scheme) error {
	for _, add := range []error{
		scheme.AddConversionFunc((*eventsv1.Event)(nil), (*corev1.Event)(nil), func(from, to interface{}, _ conversion.Scope) error {
			toCoreEvent(from.(*eventsv1.Event), to.(*corev1.Event))
			return nil
		}),
		scheme.AddConversionFunc((*corev1.Event)(nil), (*eventsv1.Event)(nil), func(from, to interface{}, _ conversion.Scope) error {
			toEventsEvent(from.(*corev1.Event), to.(*eventsv1.Event))
			return nil
		}),
		scheme.AddConversionFunc((*corev1.EventList)(nil), (*eventsv1.EventList)(nil), func(from, to interface{}, _ conversion.Scope) error {
			in, out := from.(*corev1.EventList), to.(*eventsv1.EventList)
			out.ListMeta = in.ListMeta
			out.Items = make([]eventsv1.Event, len(in.Items))
			for i := range in.Items {
				toEventsEvent(&in.Items[i], &out.Items[i])
			}
			return nil
		}),
	} {
		if add != nil {
			return add
		}
	}
	return nil
}

func toCoreEvent(in *eventsv1.Event, out *corev1.Event) {
	out.ObjectMeta = in.ObjectMeta
	out.EventTime, out.ReportingController, out.ReportingInstance = in.EventTime, in.ReportingController, in.ReportingInstance
	out.Action, out.Reason, out.Type, out.Related = in.Action, in.Reason, in.Type, in.Related
	out.InvolvedObject, out.Message, out.Source = in.Regarding, in.Note, in.DeprecatedSource
	out.FirstTimestamp, out.LastTimestamp, out.Count = in.DeprecatedFirstTimestamp, in.DeprecatedLastTimestamp, in.DeprecatedCount
	if in.Series != nil {
		out.Series = &corev1.EventSeries{Count: in.Series.Count, LastObservedTime: in.Series.LastObservedTime}
	}
}

func toEventsEvent(in *corev1.Event, out *eventsv1.Event) {
	out.ObjectMeta = in.ObjectMeta
	out.EventTime, out.ReportingController, out.ReportingInstance = in.EventTime, in.ReportingController, in.ReportingInstance
	out.Action, out.Reason, out.Type, out.Related = in.Action, in.Reason, in.Type, in.Related
	out.Regarding, out.Note, out.DeprecatedSource = in.InvolvedObject, in.Message, in.Source
	out.DeprecatedFirstTimestamp, out.DeprecatedLastTimestamp, out.DeprecatedCount = in.FirstTimestamp, in.LastTimestamp, in.Count
	if in.Series != nil {
		out.Series = &eventsv1.EventSeries{Count: in.Series.Count, LastObservedTime: in.Series.LastObservedTime}
	}
}

// eventFields are what field selectors may ask of events, in the words of both APIs.
func eventFields(e *corev1.Event) fields.Set {
	about := e.InvolvedObject
	return fields.Set{
		"metadata.name": e.Name, "metadata.namespace": e.Namespace,
		"involvedObject.kind": about.Kind, "involvedObject.namespace": about.Namespace, "involvedObject.name": about.Name,
		"involvedObject.uid": string(about.UID), "involvedObject.apiVersion": about.APIVersion,
		"involvedObject.resourceVersion": about.ResourceVersion, "involvedObject.fieldPath": about.FieldPath,
		"regarding.kind": about.Kind, "regarding.namespace": about.Namespace, "regarding.name": about.Name, "regarding.uid": string(about.UID),
		"reason": e.Reason, "source": e.Source.Component, "type": e.Type, "reportingController": e.ReportingController,
	}
}

func eventAttributes(object runtime.Object) (labels.Set, fields.Set, error) {
	event, ok := object.(*corev1.Event)
	if !ok {
		return nil, nil, fmt.Errorf("not an event")
	}
	return event.Labels, eventFields(event), nil
}

func matchEvent(label labels.Selector, field fields.Selector) storage.SelectionPredicate {
	return storage.SelectionPredicate{Label: label, Field: field, GetAttrs: eventAttributes}
}
