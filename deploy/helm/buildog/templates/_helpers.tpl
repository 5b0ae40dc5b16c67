{{- define "buildog.controllerNamespace" -}}
{{- default .Release.Namespace .Values.controller.namespace -}}
{{- end -}}

{{- define "buildog.labels" -}}
app.kubernetes.io/name: buildog
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: buildog
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* The build namespace must not be the controller's: its policies and quota would hold for Backstage, and jobs would lie beside Backstage's Secrets. */}}
{{- define "buildog.buildNamespace" -}}
{{- if eq .Values.build.namespace.name (include "buildog.controllerNamespace" .) -}}
{{- fail (printf "build.namespace.name %q is the controller's namespace too: builds need one of their own" .Values.build.namespace.name) -}}
{{- end -}}
{{- .Values.build.namespace.name -}}
{{- end -}}

{{/* Egress rules as NetworkPolicy has them, refused where they open what no build may reach. */}}
{{- define "buildog.egressRules" -}}
{{- range . }}
{{- range .to }}
{{- with .ipBlock }}
{{- if or (hasPrefix "169.254." .cidr) (hasPrefix "fe80:" (lower .cidr)) }}
{{- fail (printf "networkPolicy: %s is link-local: cloud metadata lies there, and builds run other people's code" .cidr) }}
{{- end }}
{{- if and (hasSuffix "/0" .cidr) (not (contains ":" .cidr)) (not (has "169.254.0.0/16" .except)) }}
{{- fail (printf "networkPolicy: %s holds cloud metadata: add 169.254.0.0/16 to its `except`" .cidr) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- toYaml . }}
{{- end -}}
