using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>How to reach an API server, and which namespace is the process's own.</summary>
internal sealed record KubernetesConnection(Uri Server, HttpClientConfig Http, string OwnNamespace)
{
    private const string AccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <exception cref="FetchException">The configuration names a file that cannot be used, or this process runs in no cluster.</exception>
    public static KubernetesConnection Of(KubernetesDiscoveryConfig config, Func<string, string?> environment)
    {
        if (config.ApiServer is { } server)
        {
            return new KubernetesConnection(new Uri(server), config.Http, "");
        }
        return config.KubeConfigFile is { } file ? OfFile(file) : OfCluster(environment);
    }

    private static KubernetesConnection OfFile(string file)
    {
        try
        {
            var found = KubeConfigFile.Load(file);
            return new KubernetesConnection(found.Server, found.Http, found.Namespace);
        }
        catch (FormatException e)
        {
            throw new FetchException(e.Message, e);
        }
    }

    private static KubernetesConnection OfCluster(Func<string, string?> environment)
    {
        var host = environment("KUBERNETES_SERVICE_HOST");
        var port = environment("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
        {
            throw new FetchException(
                "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined: "
                + "outside of a cluster name api_server or kubeconfig_file");
        }
        var http = new HttpClientConfig
        {
            Authorization = new AuthorizationConfig("Bearer", null, Path.Combine(AccountFolder, "token")),
            Tls = new TlsConfig { CaFile = Path.Combine(AccountFolder, "ca.crt") },
        };
        var name = SecretFile.Read("namespace", Path.Combine(AccountFolder, "namespace")) ?? "";
        return new KubernetesConnection(new Uri($"https://{(host.Contains(':') ? $"[{host}]" : host)}:{port}"), http, name);
    }
}
