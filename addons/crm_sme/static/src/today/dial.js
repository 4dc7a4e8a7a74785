import { isMobileOS } from "@web/core/browser/feature_detection";
import { registry } from "@web/core/registry";

/**
 * Hand a number to the telephone of the device.
 *
 * On computers by a frame: a change of the page's own address would warn of unsaved work.
 *
 * @param {string} number digits, with or without a plus
 * @param {Document} page
 */
export function dial(number, page = document) {
    const url = `tel:${number}`;
    if (isMobileOS()) {
        page.location.assign(url);
        return;
    }
    const frame = page.createElement("iframe");
    frame.className = "o_crm_sme_dial d-none";
    frame.src = url;
    page.querySelectorAll(".o_crm_sme_dial").forEach((old) => old.remove());
    page.body.append(frame);
}

registry.category("actions").add("sme_dial", (_env, action) => dial(action.params.number));
