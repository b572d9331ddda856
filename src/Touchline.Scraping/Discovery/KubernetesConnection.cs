using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>How to reach an API server, and which namespace is the process's own.</summary>
/// <param name="Server">Its address.</param>
/// <param name="Http">How to speak to it.</param>
/// <param name="OwnNamespace">Empty where nobody asks.</param>
/// <param name="Program">Gives the credentials; null where the configuration does.</param>
internal sealed record KubernetesConnection(Uri Server, HttpClientConfig Http, string OwnNamespace, CredentialProgramConfig? Program = null)
{
    /// <exception cref="FetchException">The configuration names a file that cannot be used, or this process runs in no cluster.</exception>
    public static KubernetesConnection Of(KubernetesDiscoveryConfig config, KubernetesPod pod)
    {
        if (config.ApiServer is { } server)
        {
            return new KubernetesConnection(new Uri(server), config.Http, "");
        }
        return config.KubeConfigFile is { } file ? OfFile(file) : OfCluster(pod, config.OwnNamespace);
    }

    private static KubernetesConnection OfFile(string file)
    {
        try
        {
            var found = KubeConfigFile.Load(file);
            // As in client-go: credentials of a program are never sent where everybody could read them.
            var program = found.Server.Scheme == Uri.UriSchemeHttps ? found.Program : null;
            return new KubernetesConnection(found.Server, found.Http, found.Namespace, program);
        }
        catch (FormatException e)
        {
            throw new FetchException(e.Message, e);
        }
    }

    private static KubernetesConnection OfCluster(KubernetesPod pod, bool wantsNamespace)
    {
        var host = pod.Environment("KUBERNETES_SERVICE_HOST");
        var port = pod.Environment("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
        {
            throw new FetchException(
                "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined: "
                + "outside of a cluster name api_server or kubeconfig_file");
        }
        var authorities = Path.Combine(pod.AccountFolder, "ca.crt");
        var http = new HttpClientConfig
        {
            Authorization = new AuthorizationConfig("Bearer", null, Path.Combine(pod.AccountFolder, "token")),
            // As in client-go: without the file the server is one that everybody trusts.
            Tls = new TlsConfig { CaFile = File.Exists(authorities) ? authorities : null },
        };
        var name = wantsNamespace ? OwnNamespaceOf(pod) : "";
        return new KubernetesConnection(new Uri($"https://{(host.Contains(':') ? $"[{host}]" : host)}:{port}"), http, name);
    }

    private static string OwnNamespaceOf(KubernetesPod pod)
    {
        var path = Path.Combine(pod.AccountFolder, "namespace");
        return SecretFile.Read("the pod's namespace", path) is { Length: > 0 } name
            ? name
            : throw new FetchException($"could not read own namespace name (empty file {path})");
    }
}
