using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor.Services;
using Touchline.Web.Charts;
using Touchline.Web.Hosting;
using Touchline.Web.Shell;
using Touchline.Web.Time;

namespace Touchline.Web;

/// <summary>
/// Puts the pages into a web application. The host registers <see cref="PromQL.IQueryEngine"/>, <see cref="Storage.IMetricQueryable"/>,
/// <see cref="TimeProvider"/> and the views of <c>Touchline.Web.Views</c>.
/// </summary>
public static class TouchlineWeb
{
    // A long query pasted into the editor travels in one message; the default of 32 KiB would end the connection.
    private const long LargestMessage = 1024 * 1024;

    public static IServiceCollection AddTouchlineWeb(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(options =>
        {
            // Everything that matters is in the address, so a page that lost its circuit loses nothing: few are kept, and not for long.
            options.DisconnectedCircuitMaxRetained = 20;
            options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(1);
        }).AddHubOptions(options => options.MaximumReceiveMessageSize = LargestMessage);
        // Keys protect nothing that outlives the process, so none are left on disk.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services.AddMudServices();
        services.TryAddSingleton(TimeProvider.System);
        services.AddScoped<PageState>();
        services.AddScoped<RefreshClock>();
        services.AddScoped<BrowserModule>();
        return services;
    }

    /// <summary>Maps the pages, their assets and the binary chart endpoint. Call it after the API's routes.</summary>
    public static WebApplication MapTouchlineWeb(this WebApplication app)
    {
        WebRoot.Attach(app.Environment, app.Configuration);
        app.UseAntiforgery();
        app.MapStaticAssets();
        ChartEndpoint.Map(app);
        app.MapRazorComponents<Document>()
            .AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null)
            .WithSecurityHeaders();
        return app;
    }
}
