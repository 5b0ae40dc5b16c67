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

{{/* One egress rule from an entry with cidr | namespaceSelector/podSelector and ports. */}}
{{- define "buildog.egressRule" -}}
- to:
    {{- if .cidr }}
    {{- if or (hasPrefix "169.254." .cidr) (hasPrefix "fe80:" .cidr) }}
    {{- fail (printf "networkPolicy: %s is link-local: cloud metadata lies there, and builds run other people's code" .cidr) }}
    {{- end }}
    - ipBlock:
        cidr: {{ .cidr | quote }}
        {{- if or .except (eq .cidr "0.0.0.0/0") }}
        except:
          {{- if eq .cidr "0.0.0.0/0" }}
          - 169.254.0.0/16
          {{- end }}
          {{- range .except }}
          - {{ . | quote }}
          {{- end }}
        {{- end }}
    {{- else }}
    - {{- with .namespaceSelector }}
      namespaceSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .podSelector }}
      podSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
    {{- end }}
  ports:
    {{- range .ports }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
{{- end -}}
