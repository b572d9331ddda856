using System.Text;
using Touchline.Configuration.Syntax;
using static Touchline.Configuration.KubeConfigNode;

namespace Touchline.Configuration;

/// <summary>What a kubeconfig file says of its current context.</summary>
/// <param name="Server">The API server.</param>
/// <param name="Http">How to speak to it.</param>
/// <param name="Namespace">The namespace of the context; empty is none.</param>
/// <param name="Program">Gives the credentials; null where the file does.</param>
public sealed record KubeConfig(Uri Server, HttpClientConfig Http, string Namespace, CredentialProgramConfig? Program);

/// <summary>Reads kubeconfig files. Source: "Organizing Cluster Access Using kubeconfig Files" of the Kubernetes documentation.</summary>
public static class KubeConfigFile
{
    /// <exception cref="FormatException">The file cannot be read or does not say how to reach a server; the message says where.</exception>
    public static KubeConfig Load(string path)
    {
        var findings = new Findings(path, strict: true);
        try
        {
            return ConfigText.TryRead(path, findings, out var text)
                ? Read(YamlTreeReader.Read(text), path)
                : throw new FormatException($"{findings.All[0]}");
        }
        catch (ConfigSyntaxException e)
        {
            throw new FormatException($"{path}:{e.At.Line}:{e.At.Column}: {e.Message}", e);
        }
    }

    private static KubeConfig Read(ConfigNode? root, string path)
    {
        var name = Text(root, "current-context") is { Length: > 0 } current ? current : throw Wrong(path, root, "current-context names no context");
        var context = Named(root, "contexts", name, "context") ?? throw Wrong(path, root, $"contexts has no context {name}");
        var cluster = Named(root, "clusters", Text(context, "cluster"), "cluster") ?? throw Wrong(path, context, $"clusters has no cluster of context {name}");
        var user = Named(root, "users", Text(context, "user"), "user");
        if (Child(user, "auth-provider") is { } provider)
        {
            throw Wrong(path, provider, "auth-provider is not there any more in Kubernetes: write exec, a token, a tokenFile or a client certificate");
        }
        var server = Text(cluster, "server");
        return Uri.TryCreate(server, UriKind.Absolute, out var url)
            ? new KubeConfig(url, Http(cluster, user, Path.GetDirectoryName(path) ?? ""), Text(context, "namespace"),
                Child(user, "exec") is { } exec ? KubeConfigProgram.Read(exec, cluster, path) : null)
            : throw Wrong(path, cluster, $"server of cluster {Text(context, "cluster")} is no URL");
    }

    private static HttpClientConfig Http(ConfigNode cluster, ConfigNode? user, string folder)
    {
        var userName = Text(user, "username");
        var token = Text(user, "token");
        var tokenFile = PathOf(user, "tokenFile", folder);
        return new HttpClientConfig
        {
            BasicAuth = userName.Length > 0 ? new BasicAuthConfig(userName, null, new Secret(Text(user, "password")), null) : null,
            Authorization = tokenFile is not null ? new AuthorizationConfig("Bearer", null, tokenFile)
                : token.Length > 0 ? new AuthorizationConfig("Bearer", new Secret(token), null) : null,
            ProxyUrl = Text(cluster, "proxy-url") is { Length: > 0 } proxy ? proxy : null,
            Tls = new TlsConfig
            {
                Ca = Data(cluster, "certificate-authority-data"),
                CaFile = PathOf(cluster, "certificate-authority", folder),
                Cert = Data(user, "client-certificate-data"),
                CertFile = PathOf(user, "client-certificate", folder),
                Key = Data(user, "client-key-data") is { } key ? new Secret(key) : null,
                KeyFile = PathOf(user, "client-key", folder),
                ServerName = Text(cluster, "tls-server-name") is { Length: > 0 } serverName ? serverName : null,
                InsecureSkipVerify = Text(cluster, "insecure-skip-tls-verify") == "true",
            },
        };
    }

    private static ConfigNode? Named(ConfigNode? root, string list, string name, string what) =>
        Items(root, list).FirstOrDefault(item => Text(item, "name") == name) is { } found ? Child(found, what) : null;

    private static string? PathOf(ConfigNode? node, string key, string folder) =>
        Text(node, key) is { Length: > 0 } path ? Path.Combine(folder, path) : null;

    private static string? Data(ConfigNode? node, string key)
    {
        if (Text(node, key) is not { Length: > 0 } text)
        {
            return null;
        }
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(text));
        }
        catch (FormatException e)
        {
            throw new FormatException($"{key} is not base64", e);
        }
    }
}
