using Touchline.Model;

namespace Touchline.Configuration.Writing;

/// <summary>Writes the <c>middleware</c> section, without what is secret in it.</summary>
internal static class MiddlewareYaml
{
    public static void Write(YamlOutput output, MiddlewareConfig middleware)
    {
        if (middleware.PostgreSql.Count == 0 && middleware.Redis.Count == 0)
        {
            return;
        }
        output.Section("middleware", () =>
        {
            Write(output, "postgresql", middleware.PostgreSql);
            Write(output, "redis", middleware.Redis);
        });
    }

    private static void Write(YamlOutput output, string kind, IReadOnlyList<MiddlewareServerConfig> servers)
    {
        if (servers.Count == 0)
        {
            return;
        }
        output.List(kind, servers, server =>
        {
            output.Entry("name", server.Name);
            output.Entry("url", server.DisplayUrl);
            if (server.Password is not null)
            {
                output.Entry("password", server.Password.ToString());
            }
            if (server.PasswordFile is { } file)
            {
                output.Entry("password_file", file);
            }
            output.Entry("scrape_interval", PrometheusDuration.Format(server.ScrapeIntervalMs));
            output.Entry("scrape_timeout", PrometheusDuration.Format(server.ScrapeTimeoutMs));
            if (!server.ShowsSettings)
            {
                output.Entry("settings", false);
            }
        });
    }
}
